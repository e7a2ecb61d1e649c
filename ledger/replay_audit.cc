// The replay's part about audit logs: chains and keys are what the records make of them.
#include <fmt/format.h>
#include <algorithm>

#include "ledger/audit_intake.h"
#include "ledger/replay.h"

namespace quittance {
namespace {

std::int64_t single(Database& database, const char* sql) {
  Statement row(database, sql);
  return row.step() ? row.integer(0) : 0;
}

// Of a fork the record that came first counts.
std::vector<Chain> chains_again(Database& database, std::int64_t card) {
  Statement rows(
      database, "SELECT counter, hash, start FROM audit_record WHERE card = ? ORDER BY counter, seq, record");
  rows.bind(card);
  std::vector<Chain> out;
  const auto digest = [&](int column) {
    Digest value{};
    const auto bytes = rows.blob(column);
    if (bytes.size() == value.size()) std::copy(bytes.begin(), bytes.end(), value.begin());
    return value;
  };
  while (rows.step()) {
    const auto counter = rows.integer(0);
    if (!out.empty() && out.back().last == counter) continue;
    const auto hash = digest(1);
    const auto start = digest(2);
    if (!out.empty() && out.back().last == counter - 1 && out.back().hash == start) {
      out.back().last = counter;
      out.back().hash = hash;
    } else {
      out.push_back({counter, counter, start, hash});
    }
  }
  return out;
}

bool same(const Chain& a, const Chain& b) {
  return a.first == b.first && a.last == b.last && a.start == b.start && a.hash == b.hash;
}

}  // namespace

void Replay::compare_audit() {
  auto& database = ledger_.database();
  for (const auto& card : cards(ledger_)) {
    if (!std::ranges::equal(chains_of(ledger_, card), chains_again(database, card.id), same))
      wrong_("card " + card.name(), "its chains are not what its records make of them");
  }
  tallies_[{"audit", "records"}] = single(database, "SELECT count(*) FROM audit_record");
  const auto want_none = [&](const char* object, const char* words, const char* sql) {
    if (const auto rows = single(database, sql); rows != 0) wrong_(object, fmt::format("{} {}", rows, words));
  };
  want_none(
      "cards", "rows are of a card that nobody added",
      "SELECT (SELECT count(*) FROM chain WHERE card NOT IN (SELECT id FROM card)) + (SELECT count(*) FROM "
      "audit_record WHERE card NOT IN (SELECT id FROM card))");
  want_none("device keys", "rows are of no record",
            "SELECT count(*) FROM device_key k WHERE NOT EXISTS (SELECT 1 FROM audit_record r WHERE r.card = "
            "k.card "
            "AND r.counter = k.counter AND (r.die = k.print OR instr(r.keys, k.print) > 0))");
  want_none("device keys", "rows name a later record than the first",
            "SELECT count(*) FROM device_key k JOIN audit_record r ON r.card = k.card AND r.counter = "
            "k.counter - 1 "
            "WHERE (r.die = k.print OR instr(r.keys, k.print) > 0) AND r.seq <= (SELECT min(s.seq) FROM "
            "audit_record "
            "s WHERE s.card = k.card AND s.counter = k.counter)");
  want_none("device keys", "keys of records are gone",
            "SELECT count(*) FROM audit_record r JOIN (SELECT 0 AS at UNION SELECT 1 UNION SELECT 17 UNION "
            "SELECT 33 "
            "UNION SELECT 49) n ON length(r.keys) >= n.at + 15 OR n.at = 0 WHERE NOT EXISTS (SELECT 1 FROM "
            "device_key "
            "k WHERE k.print = CASE n.at WHEN 0 THEN r.die ELSE substr(r.keys, n.at, 16) END)");
}

}  // namespace quittance
