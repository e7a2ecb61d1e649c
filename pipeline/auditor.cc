#include "pipeline/auditor.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"

namespace quittance {

std::string auditor_path() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "quittance-audit").string();
}

LogOwner owner_of(const Path& log) {
  Child child({auditor_path(), "owner", "--json", "--log-fd", "0"}, open_to_read(log));
  std::string line;
  const bool answered = child.read_line(line);
  const auto exit = child.wait();
  const auto answer = nlohmann::json::parse(line, nullptr, false);
  if (!answered || !answer.is_object() || (exit != 0 && exit != static_cast<int>(Exit::findings))) {
    throw machine_failure(
        "audit.program", auditor_path(),
        fmt::format("it ended with {} and no answer about {}", exit, log.filename().string()),
        "see that the program stands beside quittance and can be started");
  }
  LogOwner owner{answer.value("tp_device_id", ""), answer.value("version", std::int64_t{0}), std::nullopt};
  for (const auto& one : answer.value("faults", nlohmann::json::array())) {
    const auto id = one.value("id", "");
    if (one.value("severity", "") != "finding" || id == "log.card") continue;
    owner.fault = Fault{id,
                        Severity::finding,
                        "",
                        0,
                        one.value("field", ""),
                        one.value("problem", ""),
                        one.value("mend", "")};
  }
  return owner;
}

}  // namespace quittance
