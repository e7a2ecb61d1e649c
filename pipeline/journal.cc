// journal verify, head, list.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "ledger/verify.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

// A head that can't be one must not look like a history that was rewritten.
void refuse_malformed_head(const std::string& noted) {
  const auto hash = noted.substr(noted.find_last_of(" :") + 1);  // npos + 1 is 0
  const bool digits = hash.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (digits && hash.size() >= 16 && hash.size() <= 64) return;
  throw usage_failure("'" + escaped(noted) + "' is no head of a journal",
                      "give what `quittance journal head` printed; 16 digits of the hash are enough");
}

void verify_journal_chain(Context& context) {
  std::optional<std::string> against;
  if (context.invocation().has("against")) against = context.invocation().value("against");
  if (against) refuse_malformed_head(*against);
  auto& report = context.report();
  const auto verified = verify_journal(context.ledger(Access::read), against,
                                       [&](Fault fault) { report.fault(std::move(fault)); });
  const auto faults = report.faults(Severity::finding);
  report.json() = {{"entries", verified.entries},
                   {"receipts", verified.receipts},
                   {"mismatches", faults},
                   {"head", to_hex(verified.head.hash)}};
  report.line(faults == 0
                  ? fmt::format("{} entries and {} receipts verified; the head is {} {}.", verified.entries,
                                verified.receipts, verified.head.seq, to_hex(verified.head.hash))
                  : fmt::format("{} things do not fit the journal.", faults));
}

void head(Context& context) {
  const auto head = context.ledger(Access::read).journal().head();
  context.report().json() = {{"seq", head.seq}, {"hash", to_hex(head.hash)}};
  context.report().line(fmt::format("{} {}", head.seq, to_hex(head.hash)));
}

void list(Context& context) {
  const auto last = parse_integer<std::int64_t>(context.invocation().value("last", "50"));
  if (!last || *last < 1)
    throw usage_failure("--last wants a number", "for example: journal list --last 200");
  auto& journal = context.ledger(Access::read).journal();
  auto& report = context.report();
  report.json()["entries"] = nlohmann::json::array();
  journal.each(std::max<std::int64_t>(1, journal.head().seq - *last + 1), [&](const JournalEntry& entry) {
    report.json()["entries"].push_back({{"seq", entry.seq},
                                        {"at", to_text(entry.at)},
                                        {"who", entry.who},
                                        {"what", entry.what},
                                        {"object", entry.object},
                                        {"count", entry.count},
                                        {"detail", nlohmann::json::parse(entry.detail, nullptr, false)},
                                        {"hash", to_hex(entry.hash)}});
    report.line(fmt::format("{:>6} {} {} {} {} ({})", entry.seq, to_text(entry.at), entry.who, entry.what,
                            entry.object, entry.count));
  });
}

}  // namespace

CommandEntry journal_verify_command() {
  return {{"journal verify",
           "",
           0,
           0,
           "replay the journal against the ledger",
           "Checks the chain of entries, the digest over the rows of each, and that every state in the "
           "ledger is what the entries make "
           "of it. With --against a head that was noted earlier must be part of the history: it finds a "
           "ledger that was rewritten or "
           "set back since.",
           {{"against", "HEAD",
             "a head as `journal head` printed it, kept elsewhere; 16 digits of its hash at the least"}},
           "quittance journal verify --against '118 9f31c04be27a5d80c1e6'"},
          verify_journal_chain,
          false};
}

CommandEntry journal_head_command() {
  return {{"journal head",
           "",
           0,
           0,
           "print the journal's head",
           "Number and hash of the newest entry. Kept somewhere else, it anchors all history up to now.",
           {},
           "quittance journal head"},
          head,
          false};
}

CommandEntry journal_list_command() {
  return {{"journal list",
           "",
           0,
           0,
           "list the newest entries of the journal",
           "Who did what to what, and how many rows it covers.",
           {{"last", "N", "so many entries (default 50)"}},
           "quittance journal list --last 10"},
          list,
          false};
}

}  // namespace quittance
