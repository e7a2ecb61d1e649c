// `quittance-sim card`: options in, audit logs out.
#include <fmt/core.h>

#include "base/fault.h"
#include "base/text.h"
#include "simulators/arguments.h"
#include "simulators/card_factory.h"
#include "simulators/parts.h"

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kMostRecords = 100'000'000;
constexpr Seconds kDefaultFrom = 1767225600;  // 2026-01-01
constexpr const char* kDefaultCard = "105276681024525924";

Command command() {
  Command command;
  command.name = "card";
  command.summary = "provision devices with a smart card and write its audit logs";
  command.description =
      "Everything that the OEM and the chip maker sign is signed for real (ECDSA P-256): the die certificate "
      "of "
      "each device, its OEM certificates, and its record, which starts with the hash of the one before. Keys "
      "and nonces come out of the seed, so that the same options write the same records, byte for byte. "
      "Beside the logs lie card.json (what the card remembers), counters.txt (what `tphost get-counters` "
      "prints) and tpconfig.yaml (the card's configuration).";
  command.options = {
      {"out", "DIR", "Folder of the card and its logs."},
      {"records", "N", "How many devices to provision, retries and lost ones among them."},
      {"keys", "DIR", "Folder of all keys; made at the first call, then kept (default: keys in --out)."},
      {"continue", "", "Go on with the card in --out; it remembers the options that shape a card."},
      {"log", "NAME", "Name of the log; one that is there is added to (default: tp_audit_log.db)."},
      {"files", "N",
       "Several deliveries, one part of the records in each; NAME-1.db and so on (default: 1)."},
      {"interleave", "", "One record to each of the deliveries in turn."},
      {"retries", "N", "Records of the same die as the one before: its first load failed (default: 0)."},
      {"lost", "LIST", "Counters whose records a crash of the host lost, a comma between several."},
      {"card", "ID", "TP device id of a new card (default: 105276681024525924)."},
      {"quota", "N", "How many devices a new card may provision (default: 1000000)."},
      {"seed", "S", "Text that dies, certificate keys, and new keys come from (default: 1)."},
      {"start", "N", "Number of a new card's first die, so that another card gets others (default: 1)."},
      {"certificates", "0..4", "OEM certificates in a record (default: 4)."},
      {"die", "BYTES", "Size of a die certificate, 200 or 272 (default: 200)."},
      {"log-version", "NUMBER", "Version of the file, 1 or 2; 1 has no table of properties (default: 2)."},
      {"signatures", "FORM", "Form of the records' signatures, raw or der (default: raw)."},
      {"valid-from", "TIME", "Start of the certificates' validity (default: 2026-01-01)."},
      {"days", "N", "How long they are valid (default: 3650)."},
      {"random-uuid", "",
       "Another UUID in a certificate's subject than the die's, as a software model does."},
      {"unsigned-dies", "", "Random bytes in place of the chip maker's signature: for benchmarks of volume."},
      {"jobs", "N", "Threads (default: the cores of the machine)."},
  };
  command.example =
      "  quittance-sim card --out card-1 --records 1000 --retries 5\n"
      "    card-1/tp_audit_log.db with the counters 1 to 1000\n"
      "  quittance-sim card --out card-1 --continue --records 500 --log monday.db\n"
      "    the same card goes on in another file with the counters 1001 to 1500";
  return command;
}

Seconds read_start(const Invocation& invocation) {
  if (!invocation.has("valid-from")) return kDefaultFrom;
  const auto time = parse_time(invocation.value("valid-from"));
  if (!time) wrong_option("valid-from", invocation.value("valid-from"), "a day such as 2026-01-01");
  return *time;
}

std::string one_of(const Invocation& invocation, const std::string& name, const std::string& first,
                   const std::string& second) {
  const std::string value = invocation.value(name, first);
  if (value != first && value != second) wrong_option(name, value, first + " or " + second);
  return value;
}

CardState new_card(const Invocation& invocation, const Path& out) {
  if (is_there(out / "card.json"))
    throw usage_failure("there is a card in " + out.string() + " already",
                        "say --continue, or name another folder");
  CardState card;
  card.plan.card = invocation.value("card", kDefaultCard);
  card.plan.seed = invocation.value("seed", card.plan.seed);
  card.plan.certificates = number_option(invocation, "certificates", kOemCerts, 0, kOemCerts);
  card.plan.die_size =
      one_of(invocation, "die", "200", "272") == "200" ? kDieCertificate : kLongDieCertificate;
  card.plan.valid_from = read_start(invocation);
  card.plan.days = static_cast<std::uint32_t>(number_option(invocation, "days", 3650, 1, 10976));
  card.plan.random_uuid = invocation.has("random-uuid");
  card.plan.unsigned_dies = invocation.has("unsigned-dies");
  card.quota = number_option(invocation, "quota", card.quota, 1, kMostRecords);
  card.log_version = one_of(invocation, "log-version", "2", "1") == "2" ? 2 : 1;
  card.signatures =
      one_of(invocation, "signatures", "raw", "der") == "raw" ? LogSignature::raw : LogSignature::der;
  card.next_die = number_option(invocation, "start", 1, 1, kMostRecords * 1000);
  return card;
}

CardState old_card(const Invocation& invocation, const Path& out) {
  for (const char* name : {"card", "quota", "seed", "start", "certificates", "die", "log-version",
                           "signatures", "valid-from", "days", "random-uuid", "unsigned-dies"}) {
    if (invocation.has(name))
      throw usage_failure(fmt::format("--{} shapes a new card", name),
                          "leave it out: with --continue the card knows");
  }
  return read_card(out);
}

std::string read_log_name(const Invocation& invocation) {
  const std::string name = invocation.value("log", "tp_audit_log.db");
  if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos || has_control(name))
    wrong_option("log", name, "the name of a file");
  return name;
}

CardOrder read_order(const Invocation& invocation) {
  CardOrder order;
  order.out = required_path(invocation, "out");
  order.keys = invocation.has("keys") ? required_path(invocation, "keys") : order.out / "keys";
  order.log = read_log_name(invocation);
  static_cast<void>(required_option(invocation, "records"));
  order.records = number_option(invocation, "records", 0, 1, kMostRecords);
  order.retries = number_option(invocation, "retries", 0, 0, kMostRecords);
  order.files = number_option(invocation, "files", 1, 1, 100);
  order.interleave = invocation.has("interleave");
  order.jobs = jobs_option(invocation);
  for (const auto& text : list_option(invocation, "lost", "")) {
    const auto counter = parse_integer<std::uint32_t>(text);
    if (!counter) wrong_option("lost", text, "counters, a comma between several");
    order.lost.insert(*counter);
  }
  return order;
}

Report run(const Invocation& invocation) {
  const CardOrder order = read_order(invocation);
  CardState card =
      invocation.has("continue") ? old_card(invocation, order.out) : new_card(invocation, order.out);
  const std::uint64_t first = std::uint64_t{card.counter} + 1;
  const CardResult result = run_card(card, order);
  Report report("card");
  report.line(fmt::format("card {}: {} records, counters {} to {}, {} lost, in {} files in {}",
                          card.plan.card, result.written, first, card.counter, result.lost,
                          result.files.size(), order.out.string()));
  report.json() = {{"card", card.plan.card},
                   {"records", result.written},
                   {"lost", result.lost},
                   {"retries", order.retries},
                   {"first", first},
                   {"counter", card.counter},
                   {"left", card.quota - card.counter},
                   {"head", to_hex(card.running_hash)},
                   {"files", result.files}};
  return report;
}

}  // namespace

Part card_part() { return {command(), run}; }

}  // namespace quittance::simulators
