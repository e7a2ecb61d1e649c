// verify: what came in as audit logs is verified by quittance-audit, and what it found goes into the
// ledger, which holds it against everything that came before.
#include <fmt/format.h>

#include <array>

#include "base/fault.h"
#include "base/p256_key.h"
#include "base/text.h"
#include "ledger/audit_intake.h"
#include "ledger/audit_logs.h"
#include "pipeline/auditor.h"
#include "pipeline/commands.h"
#include "pipeline/incoming.h"

namespace quittance {
namespace {

constexpr int kMostProcesses = 64;              // that quittance-audit takes
constexpr std::int64_t kMostFindings = 10'000;  // of one log, word for word; the rest is counted

struct Counts {
  std::int64_t logs = 0;
  std::int64_t records = 0;
  std::int64_t known = 0;
  std::int64_t retries = 0;
  std::int64_t waiting = 0;  // logs of no card that we know
};

// What only the union of a card's logs can tell: the ledger judges it, not the program that sees one.
bool is_for_the_ledger(const std::string& kind) {
  constexpr std::array kKinds = {"record.chain", "record.start",   "record.counter",       "record.lost",
                                 "die.repeated", "die.retry",      "certificate.repeated", "log.fork",
                                 "log.rollback", "log.cut-tail",   "log.over-quota",       "log.surplus",
                                 "log.no-owner", "log.typed-owner"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

// The log does not go on where the delivery before it ended.
bool breaks_off(const std::string& kind) {
  constexpr std::array kKinds = {"record.chain", "record.start", "record.counter",
                                 "record.lost",  "log.fork",     "log.rollback"};
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

std::vector<std::string> fields_of(const std::string& line) { return split_list(line, '\t'); }

Digest digest_of(const std::string& hex) {
  Digest out{};
  if (!from_hex(hex, out))
    throw program_failure(auditor_path(), "it told a digest that is none: " + escaped(hex));
  return out;
}

std::int64_t number_of(const std::string& text) {
  const auto number = parse_integer<std::int64_t>(text);
  if (!number) throw program_failure(auditor_path(), "it told a number that is none: " + escaped(text));
  return *number;
}

class LogVerifier {
 public:
  LogVerifier(Context& context, const AuditLog& log, const Card& card, Counts& counts)
      : context_(context), ledger_(context.ledger(Access::write)), log_(log), card_(card), counts_(counts) {}

  // From where the last delivery ended, where that holds; else the whole log.
  void run(bool full) {
    const auto behind = full ? std::nullopt : go_on(ledger_, card_, log_.file.source);
    if (behind && verify(*behind)) return;
    faults_.clear();
    findings_ = 0;
    static_cast<void>(verify({}));
  }

 private:
  // False when the log does not go on where the one before ended: then all of it must be looked at.
  bool verify(const GoOn& behind) {
    Act act(ledger_, "verify", log_.file.object());
    AuditIntake intake(act, card_, log_.file, [&](const AuditRemark& remark) {
      tell(remark.kind, Severity::finding, remark.record, "", remark.words, "");
    });
    Child child(command_line(behind), open_to_read(path()));
    std::int64_t found = -1;
    bool goes_on = true;
    std::string line;
    while (child.read_line(line)) {
      if (!goes_on) continue;
      const auto fields = fields_of(line);
      const auto& word = fields.empty() ? line : fields.front();
      if (word == "record" && fields.size() == 8 && fields[6] != "bad") intake.take(row_of(fields));
      if (word == "finding" && fields.size() == 7) {
        goes_on = behind.record == 0 || !breaks_off(fields[1]);
        note(act, fields);
      }
      if (word == "end" && fields.size() == 5) found = number_of(fields[1]);
    }
    const auto exit = child.wait();
    if (!goes_on) return false;
    if (found < 0 || (exit != 0 && exit != static_cast<int>(Exit::findings))) {
      throw machine_failure("audit.program", auditor_path(),
                            fmt::format("it ended with {} before the end of {}", exit, log_.file.name),
                            "see what it says: quittance-audit verify -l " + path().string());
    }
    summarise_findings(act);
    intake.finish(found, behind);
    act.commit();
    ++counts_.logs;
    counts_.records += intake.taken();
    counts_.known += intake.known();
    counts_.retries += intake.retries();
    for (auto& fault : faults_) context_.report().fault(std::move(fault));
    return true;
  }

  [[nodiscard]] std::vector<std::string> command_line(const GoOn& behind) {
    std::vector<std::string> out = {auditor_path(),
                                    "verify",
                                    "--json",
                                    "--log-fd",
                                    "0",
                                    "--facts",
                                    "1",
                                    "-k",
                                    key_file("log-key").string()};
    const auto add = [&](const char* option, const std::string& value) {
      if (value.empty()) return;
      out.emplace_back(option);
      out.push_back(value);
    };
    if (!card_.setting("oem-ca").empty()) add("--ca", key_file("oem-ca").string());
    if (!card_.setting("nxp-ca").empty()) add("--nxp-ca", key_file("nxp-ca").string());
    add("--certificates", card_.setting("certificates"));
    add("--issuer", card_.setting("issuer"));
    add("--subject", card_.setting("subject"));
    if (card_.setting("names-die") == "yes") out.emplace_back("--names-die");
    if (!log_.device.empty()) add("--card", card_.device);
    add("-j", context_.invocation().value("processes"));
    if (behind.record != 0) {
      add("--since-hash", to_hex(behind.hash));
      add("--since-counter", std::to_string(behind.counter));
      add("--since-row", std::to_string(behind.record));
    }
    return out;
  }

  // The register's key as a file for the program; the ledger's word counts, not what lies there.
  Path key_file(const std::string& field) {
    Point point{};
    if (!from_hex(card_.setting(field), point))
      throw program_failure("card " + card_.name(), "its " + field + " is no key");
    const auto folder = context_.state() / "cards";
    make_folder(folder);
    const auto file = folder / fmt::format("{}.{}", card_.id, field);
    FileWriter writer(file);
    writer.write(as_text(point));
    static_cast<void>(writer.publish(true));
    return file;
  }

  [[nodiscard]] Path path() const {
    return context_.archive("audit") / kept_name(log_.file.id, log_.file.name);
  }

  [[nodiscard]] static AuditRow row_of(const std::vector<std::string>& fields) {
    AuditRow row{number_of(fields[1]), number_of(fields[2]), digest_of(fields[3]),
                 digest_of(fields[4]), digest_of(fields[5]), {},
                 fields[6] == "flawed"};
    if (fields[7] == "-") return row;
    for (const auto& key : split_list(fields[7], ',')) row.keys.push_back(digest_of(key));
    return row;
  }

  void note(Act& act, const std::vector<std::string>& fields) {
    if (is_for_the_ledger(fields[1])) return;
    const bool finding = fields[2] == "breaks" || fields[2] == "alarm";
    if (finding && ++findings_ <= kMostFindings)
      act.finding("audit." + fields[1], log_.file.object(),
                  fmt::format("record {}: {}", fields[3], fields[6]));
    if (fields[2] != "information")
      tell("audit." + fields[1], finding ? Severity::finding : Severity::warning, number_of(fields[3]),
           fields[5] == "-" ? "" : fields[5], fields[6], "see docs/audit-log.md");
  }

  void summarise_findings(Act& act) {
    if (findings_ > kMostFindings)
      act.finding("audit.more", log_.file.object(),
                  fmt::format("and {} more findings", findings_ - kMostFindings));
  }

  void tell(const std::string& id, Severity severity, std::int64_t record, const std::string& field,
            const std::string& problem, const std::string& mend) {
    faults_.push_back(
        {id, severity, log_.file.name, static_cast<std::uint64_t>(record), field, problem,
         mend.empty() ? "keep the log and ask the plant; the guide says what each finding means" : mend});
  }

  Context& context_;
  Ledger& ledger_;
  const AuditLog& log_;
  Card card_;
  Counts& counts_;
  std::int64_t findings_ = 0;
  std::vector<Fault> faults_;
};

// By its own word where it has one, which the signatures then prove; else as the operator says.
std::optional<Card> card_for(Context& context, const AuditLog& log) {
  auto& ledger = context.ledger(Access::write);
  const auto asked = context.invocation().value("card");
  if (!log.device.empty()) return find_card(ledger, log.device);
  return asked.empty() ? std::nullopt : find_card(ledger, asked);
}

void say_waiting(Report& report, const AuditLog& log) {
  const bool known = !log.device.empty();
  report.fault(
      {known ? "audit.unknown-card" : "audit.no-owner", Severity::finding, log.file.name, 0, "tp_device_id",
       known ? "it is of card " + escaped(log.device) + ", which is not registered"
             : std::string("it does not say of which card it is"),
       known ? "register it: quittance card add " + escaped(log.device) + ", or ask the plant whose it is"
             : "say it: quittance verify --card ID"});
}

void want_sense(Context& context) {
  const auto& invocation = context.invocation();
  if (invocation.has("card") && !find_card(context.ledger(Access::write), invocation.value("card"))) {
    throw usage_failure("no card " + escaped(invocation.value("card")) + " is registered",
                        "`quittance card list` lists those that are");
  }
  const auto processes = parse_integer<int>(invocation.value("processes", "1"));
  if (!processes || *processes < 1 || *processes > kMostProcesses) {
    throw usage_failure("--processes does not take '" + escaped(invocation.value("processes")) + "'",
                        fmt::format("give a whole number from 1 to {}", kMostProcesses));
  }
}

void summarise(Report& report, const Counts& counts) {
  report.json() = {{"logs", counts.logs},
                   {"records", counts.records},
                   {"known", counts.known},
                   {"retries", counts.retries},
                   {"waiting", counts.waiting}};
  if (counts.logs == 0) return;
  report.line(fmt::format("Verified {}: {} new, {} known, {} of the new a retry.",
                          counted(counts.logs, "audit log"), counted(counts.records, "record"), counts.known,
                          counts.retries));
}

void run(Context& context) {
  want_sense(context);
  verify(context);
}

}  // namespace

void verify(Context& context) {
  const bool by_name = context.invocation().command->name == "verify";
  const bool full = by_name && context.invocation().has("full");
  const auto asked = by_name ? context.invocation().value("card") : "";
  Counts counts;
  for (const auto& log : audit_logs(context.ledger(Access::write), full)) {
    go_on_after_failure(context.report(), [&] {
      const auto card = card_for(context, log);
      if (!card) {
        ++counts.waiting;
        return say_waiting(context.report(), log);
      }
      if (!asked.empty() && asked != card->name() && asked != card->device) return;
      LogVerifier(context, log, *card, counts).run(full);
    });
  }
  summarise(context.report(), counts);
}

CommandEntry verify_command() {
  return {
      {"verify",
       "",
       0,
       0,
       "verify the audit logs that came in",
       "Starts quittance-audit for each log that was not verified yet, from the last record on that the "
       "card's "
       "earlier delivery held, and puts what the card signed into the ledger. There it is held against all "
       "that "
       "came before: forks, gaps, lost ends, devices and keys seen twice, the quota, the counters that the "
       "plant stated.",
       {{"card", "ID", "only the logs of this card; for a log that does not say whose it is: its card"},
        {"processes,j", "N", "worker processes for each log (default: one a core)"},
        {"full", "", "all logs again, each from its first record"}},
       "quittance verify\n    what came in since the last time"},
      run};
}

}  // namespace quittance
