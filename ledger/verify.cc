#include "ledger/verify.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ledger/replay.h"

namespace quittance {
namespace {

Fault broken(const std::string& object, const std::string& problem) {
  return {"journal.mismatch",
          Severity::finding,
          object,
          0,
          "",
          problem,
          "somebody or something changed the ledger outside of this program: keep the file, and compare it "
          "with its backups"};
}

// "<seq> <hash>", "<seq>:<hash>" or the hash; digits of the hash may be cut, 16 at least.
bool matches(const std::string& noted, const JournalEntry& entry) {
  const auto hash =
      lower(noted.substr(noted.find_last_of(" :") == std::string::npos ? 0 : noted.find_last_of(" :") + 1));
  return hash.size() >= 16 && to_hex(entry.hash).starts_with(hash);
}

void verify_entry(Ledger& ledger, Replay& replay, const JournalEntry& entry, const JournalHead& before,
                  const std::function<void(Fault)>& on_fault) {
  const auto object = fmt::format("journal entry {}", entry.seq);
  if (entry.seq != before.seq + 1)
    on_fault(broken(object, fmt::format("entry {} is expected here: entries are missing", before.seq + 1)));
  if (entry.previous != before.hash)
    on_fault(broken(object, "it does not follow the entry before it: the chain is broken here"));
  if (hash_of(entry) != entry.hash)
    on_fault(broken(object, "its hash is not that of its content: the entry was changed"));
  Sha256 sha;
  const auto rows = replay.apply(entry, sha) + feed_facts(ledger.database(), entry.seq, sha);
  if (sha.value() != entry.digest || rows != entry.count) {
    on_fault(broken(
        object,
        fmt::format("the rows of this '{}' of '{}' are not those that it recorded ({} found, {} recorded)",
                    entry.what, escaped(entry.object), rows, entry.count)));
  }
}

}  // namespace

Verified verify_journal(Ledger& ledger, const std::optional<std::string>& against,
                        const std::function<void(Fault)>& on_fault) {
  Verified result;
  Replay replay(ledger, [&](const std::string& object, const std::string& problem) {
    on_fault(broken(object, problem));
  });
  bool found = !against.has_value();
  ledger.journal().each(1, [&](const JournalEntry& entry) {
    verify_entry(ledger, replay, entry, result.head, on_fault);
    found = found || matches(*against, entry);
    result.head = {entry.seq, entry.hash};
    ++result.entries;
  });
  if (!found) {
    on_fault({"journal.rewritten", Severity::finding, escaped(*against), 0, "",
              "this head is not in the history: the ledger was rewritten or set back since it was noted",
              "find out who restored or changed the ledger; keep it as it is"});
  }
  result.receipts = replay.compare();
  return result;
}

}  // namespace quittance
