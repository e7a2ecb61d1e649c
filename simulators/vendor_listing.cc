// Prints the vendor's database.
#include "simulators/vendor_listing.h"

#include "base/bytes.h"

namespace quittance::simulators {
namespace {

void put(Report& report, const char* list, nlohmann::json object) {
  report.line(object.dump());
  report.json()[list].push_back(std::move(object));
}

}  // namespace

void list_devices(const VendorDatabase& database, Report& report) {
  report.json()["devices"] = nlohmann::json::array();
  for (const auto& [suid, device] : database.devices()) {
    auto events = nlohmann::json::array();
    for (const auto& event : device.events) {
      events.push_back({{"tid", database.logs()[event.log].tid},
                        {"code", event.code},
                        {"flag", event.refurbished ? 1 : 0},
                        {"receipt", event.receipt ? to_hex(*event.receipt) : ""}});
    }
    put(report, "devices",
        {{"suid", suid}, {"imports", device.imports}, {"planted", device.planted}, {"events", events}});
  }
}

void list_logs(const VendorDatabase& database, Report& report) {
  report.json()["logs"] = nlohmann::json::array();
  for (const auto& log : database.logs()) {
    put(report, "logs",
        {{"tid", log.tid},
         {"sha256", log.digest},
         {"receipts", log.lines},
         {"code", log.code},
         {"answered", log.answered},
         {"time", to_text(log.time)}});
  }
}

}  // namespace quittance::simulators
