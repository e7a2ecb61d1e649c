// `quittance-sim card tamper`: a card's valid log in, one spoiled log out, and what must be found in it.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/fault.h"
#include "base/text.h"
#include "simulators/arguments.h"
#include "simulators/parts.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

Command command() {
  Command command;
  command.name = "card tamper";
  command.summary = "spoil a valid audit log of a card in one way of many";
  command.description =
      "Says what a verifier must find, at which record, and which options it needs for that beside log and "
      "key. "
      "The keys of the card are at hand, so that also what a cloned or lying card would sign can be made.";
  command.options = {
      {"list", "", "List all kinds with the findings that they must lead to, and where."},
      {"from", "DIR", "Folder of the card; its log stays as it is."},
      {"log", "NAME", "Name of the log in it (default: tp_audit_log.db)."},
      {"keys", "DIR", "Folder of keys (default: keys in --from)."},
      {"kind", "NAME", "What to do, one of --list."},
      {"record", "N", "To which record (default: the one in the middle)."},
      {"out", "FILE", "Where the spoiled log goes; it must not be there yet."},
  };
  command.example =
      "  quittance-sim card tamper --list\n"
      "  quittance-sim card tamper --from card-1 --kind swap --record 7 --out swapped.db\n"
      "    the records 7 and 8 have changed places: the chain breaks at record 7";
  return command;
}

std::string told(const std::vector<std::string>& findings) {
  return findings.empty() ? "nothing" : fmt::format("{}", fmt::join(findings, " and "));
}

nlohmann::json json_of(const Tampering& one) {
  return {{"kind", one.kind},
          {"findings", one.findings},
          {"weight", name(one.weight)},
          {"verify_exits", one.weight == Weight::breaks || one.weight == Weight::alarm ? 3 : 0},
          {"where", one.where},
          {"summary", one.summary}};
}

Report list() {
  Report report("card tamper");
  auto& kinds = report.json()["kinds"] = nlohmann::json::array();
  for (const Tampering& one : all_tamperings()) {
    report.line(fmt::format("{:22} {} at {} ({}): {}", one.kind, told(one.findings), one.where,
                            name(one.weight), one.summary));
    kinds.push_back(json_of(one));
  }
  return report;
}

Tampering wanted(const Invocation& invocation) {
  const std::string kind = required_option(invocation, "kind");
  std::vector<std::string> names;
  for (Tampering& one : all_tamperings()) {
    if (one.kind == kind) return std::move(one);
    names.push_back(one.kind);
  }
  const auto near = nearest(kind, names);
  wrong_option("kind", kind, near ? "perhaps " + *near : "one of --list");
}

std::vector<std::string> options_of(const Bench& bench, const Path& keys) {
  std::vector<std::string> options = bench.asks;
  for (std::string& one : options) {
    if (one.starts_with("KEYS/")) one = (keys / one.substr(5)).string();
  }
  return options;
}

Report run(const Invocation& invocation) {
  if (invocation.has("list")) return list();
  const Path from = required_path(invocation, "from");
  const Path out = required_path(invocation, "out");
  const Path keys = invocation.has("keys") ? required_path(invocation, "keys") : from / "keys";
  const Tampering tampering = wanted(invocation);
  AuditLog log = read_audit_log(from / invocation.value("log", "tp_audit_log.db"));
  if (log.rows.empty()) throw usage_failure("the log has no records", "name a valid log");
  const std::uint64_t middle = log.rows.size() / 2 + 1;
  const auto record = number_option(invocation, "record", middle, 1, log.rows.size());
  if (is_there(out)) throw usage_failure(out.string() + " is there already", "name another file with --out");

  Bench bench(std::move(log), read_card(from), CardKeys::read(keys), record);
  tampering.spoil(bench);
  bench.write(out);
  Report report("card tamper");
  report.json() = json_of(tampering);
  report.json()["record"] = bench.record;
  report.json()["options"] = options_of(bench, keys);
  report.json()["out"] = out.string();
  report.line(fmt::format(
      "{}: {}; to be found: {} at {}{}", out.string(), tampering.summary, told(tampering.findings),
      bench.record == 0 ? "the file" : fmt::format("record {}", bench.record),
      bench.asks.empty() ? "" : fmt::format(", with {}", fmt::join(options_of(bench, keys), " "))));
  return report;
}

}  // namespace

Part card_tamper_part() { return {command(), run}; }

}  // namespace quittance::simulators
