// `quittance-sim vendor`: options in, acknowledge files and one line about them out.
#include <fmt/core.h>

#include <algorithm>
#include <regex>

#include "base/fault.h"
#include "base/line_reader.h"
#include "simulators/arguments.h"
#include "simulators/parts.h"
#include "simulators/truth.h"
#include "simulators/vendor_import.h"
#include "simulators/vendor_listing.h"

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000'000;
constexpr const char* kMandatory = "suid,flag,receipt,imei,oem,model,sip-soc";

std::vector<Option> options() {
  std::vector<Option> table = {
      {"in", "DIR", "Folder with receipt logs; every *.txt that was not imported yet is."},
      {"out", "DIR", "Folder for the acknowledge files, TID.ack."},
      {"keys", "DIR", "Folder of the keys that the factory made."},
      {"db", "DIR", "Folder of the device database; made at the first call."},
  };
  for (auto& option : layout_options()) table.push_back(std::move(option));
  const std::vector<Option> rules = {
      {"mandatory", "LIST",
       std::string("Items that must not be empty (default: ") + kMandatory + ", those of --fields)."},
      {"field-bytes", "N", "Most bytes of an item other than suid, flag and receipt (default: 64)."},
      {"custom-pattern", "REGEX", "What each of the OEM's own items must match, else code 113."},
      {"file-bytes", "N", "Most bytes of a receipt log, else it is refused (default: 20000000)."},
      {"headerless", "", "Receipt logs begin with a receipt, as in e-mail; the TID is the name of the file."},
      {"skip-rsa", "", "Do not open the receipts, for benchmarks of volume."},
      {"fail-custom", "N", "The first N good receipts in the life of the database get 113 once."},
      {"unknown-error", "N", "The first N good receipts in the life of the database get 110 once."},
      {"know", "FILE", "SUIDs that are known from elsewhere: one a line, or the clones of a truth file."},
      {"consume", "",
       "Remove a receipt log that was imported; when it comes again its answer is given again."},
      {"answer-again", "", "Give the answers of the known receipt logs in --in once more."},
      {"release", "", "Give the answers that --hold kept back."},
      {"list", "", "Print the devices as JSON lines, and do nothing else."},
      {"list-logs", "", "Print the imported receipt logs as JSON lines, and do nothing else."},
      {"jobs", "N", "Threads (default: the cores of the machine)."},
  };
  table.insert(table.end(), rules.begin(), rules.end());
  for (auto& option : misbehaviour_options()) table.push_back(std::move(option));
  return table;
}

Command command() {
  Command command;
  command.name = "vendor";
  command.summary = "import receipt logs as the vendor does, and answer with acknowledge files";
  command.description =
      "Checks the digest of each receipt log, each line, and each receipt with RSA, keeps a device database "
      "of its own, and answers every receipt with a code of the manual's table. A TID is imported once; a "
      "run that was killed is finished by the next. A receipt log is refused as a whole, with no lines in "
      "the answer, when its header can't be read (102), its digest is wrong (110) or it is too large (110). "
      "The first line of an answer is 0 when all receipts were imported (101 is a remark, they were), else "
      "the first error.\n\n"
      "By its options the vendor does everything wrong that a vendor can do; they combine.";
  command.options = options();
  command.example =
      "  quittance-sim vendor --in to-vendor --out from-vendor --keys keys --db vendor-db\n"
      "    imports what is new and answers it\n"
      "  quittance-sim vendor --in to-vendor --out from-vendor --keys keys --db vendor-db --hold 1 --twice\n"
      "    the same, but the first answer comes late and the others come twice\n"
      "  quittance-sim vendor --out from-vendor --db vendor-db --release\n"
      "    gives the late answer\n"
      "  quittance-sim vendor --db vendor-db --list\n"
      "    each device with how often it was imported, and every code that it was ever given";
  return command;
}

// Either plain SUIDs or a truth file, of which the clones are meant: those that are to be known.
std::vector<std::string> read_known(const Path& file) {
  const Fd fd = open_to_read(file);
  LineReader reader(fd, file, 4096);
  std::vector<std::string> suids;
  Line line;
  while (reader.next(line)) {
    if (line.number == 1 && line.text.starts_with("{")) {
      for (const auto& truth : read_truth(file)) {
        if (truth.defect == kind_of(Defect::clone).name) suids.push_back(truth.suid);
      }
      return suids;
    }
    const auto suid = read_suid(line.text);
    if (!suid)
      throw machine_failure("sim.know", file.string(), fmt::format("line {} is not a SUID", line.number),
                            "give 32 hex digits a line, or a truth file");
    suids.push_back(to_hex(*suid));
  }
  return suids;
}

Rules read_rules(const Invocation& invocation) {
  Rules rules;
  rules.layout = read_layout(invocation);
  for (auto& item : list_option(invocation, "mandatory", kMandatory)) {
    if (rules.layout.find(item))
      rules.mandatory.push_back(std::move(item));
    else if (invocation.has("mandatory"))
      wrong_option("mandatory", item, "items that are in --fields");
  }
  rules.field_bytes = number_option(invocation, "field-bytes", rules.field_bytes, 1, 1'000'000);
  if (!invocation.has("custom-pattern")) return rules;
  try {
    rules.custom_pattern.emplace(invocation.value("custom-pattern"));
  } catch (const std::regex_error&) {
    wrong_option("custom-pattern", invocation.value("custom-pattern"),
                 "a regular expression such as LOT-[0-9]+");
  }
  return rules;
}

VendorOrder read_order(const Invocation& invocation) {
  VendorOrder order;
  order.database = required_path(invocation, "db");
  order.rules = read_rules(invocation);
  order.misbehaviour = read_misbehaviour(invocation);
  order.headerless = invocation.has("headerless");
  order.skip_rsa = invocation.has("skip-rsa");
  order.consume = invocation.has("consume");
  order.answer_again = invocation.has("answer-again");
  order.release = invocation.has("release");
  order.file_bytes = number_option(invocation, "file-bytes", order.file_bytes, 1, kMost);
  order.fail_custom = number_option(invocation, "fail-custom", 0, 0, kMost);
  order.unknown_error = number_option(invocation, "unknown-error", 0, 0, kMost);
  order.jobs = jobs_option(invocation);
  order.out = invocation.value("out");
  if (invocation.has("know")) order.known = read_known(required_path(invocation, "know"));
  if (!invocation.has("in") && (order.release || invocation.has("know"))) return order;
  order.in = required_path(invocation, "in");
  order.out = required_path(invocation, "out");
  if (!order.skip_rsa) order.keys = required_path(invocation, "keys");
  return order;
}

void describe_result(const VendorResult& result, Report& report) {
  nlohmann::json codes = nlohmann::json::object();
  std::string errors;
  for (const auto& [code, count] : result.codes) {
    codes[std::to_string(code)] = count;
    if (code != 0) errors += fmt::format("{} {}x{}", errors.empty() ? ";" : ",", code, count);
  }
  report.line(fmt::format(
      "{} receipt logs with {} receipts, {} imported{}; {} known logs; {} answers given, {} held",
      result.logs, result.receipts, result.imported, errors, result.known_logs, result.answers, result.held));
  report.json() = {{"logs", result.logs},         {"known_logs", result.known_logs},
                   {"receipts", result.receipts}, {"imported", result.imported},
                   {"answers", result.answers},   {"held", result.held},
                   {"codes", std::move(codes)}};
}

Report run(const Invocation& invocation) {
  Report report("vendor");
  if (invocation.has("list") || invocation.has("list-logs")) {
    const VendorDatabase database(required_path(invocation, "db"), Access::read);
    if (invocation.has("list")) list_devices(database, report);
    if (invocation.has("list-logs")) list_logs(database, report);
    return report;
  }
  describe_result(run_vendor(read_order(invocation), report), report);
  return report;
}

}  // namespace

Part vendor_part() { return {command(), run}; }

}  // namespace quittance::simulators
