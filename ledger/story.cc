#include "ledger/story.h"

#include <fmt/format.h>
#include <map>

#include "base/text.h"

namespace quittance {
namespace {

// Runs a query whose columns are seq, at, who, what, words.
void gather(Ledger& ledger, const std::string& sql, std::int64_t value, std::vector<StoryLine>& out) {
  Statement rows(ledger.database(), sql);
  rows.bind(value);
  while (rows.step())
    out.push_back({rows.integer(0), rows.integer(1), rows.text(2), rows.text(3), rows.text(4)});
}

// What one act did stays in the order in which it was gathered.
void sort_by_seq(std::vector<StoryLine>& lines) {
  std::multimap<std::int64_t, StoryLine> sorted;
  for (auto& line : lines) sorted.emplace(line.seq, std::move(line));
  lines.clear();
  for (auto& [seq, line] : sorted) lines.push_back(std::move(line));
}

// The entry that collected a receipt is one of its file's; its id range tells which.
void gather_arrival(Ledger& ledger, const ReceiptRow& receipt, std::vector<StoryLine>& out) {
  Statement rows(ledger.database(),
                 "SELECT j.seq, j.at, j.who, j.what, j.detail, 'arrived in ' || f.name || ', line ' || "
                 "r.line || ', drop ' || f.source "
                 "|| ', site ' || f.site FROM receipt r JOIN file f ON f.id = r.file JOIN journal j ON "
                 "j.what = 'release' OR "
                 "(j.what = 'collect' AND j.object = f.name) WHERE r.id = ? ORDER BY j.seq");
  rows.bind(receipt.id);
  while (rows.step()) {
    const auto detail = nlohmann::json::parse(rows.text_view(4));
    if (receipt.id < detail.value("first", INT64_MAX) || receipt.id > detail.value("last", std::int64_t{0}))
      continue;
    out.push_back({rows.integer(0), rows.integer(1), rows.text(2), rows.text(3), rows.text(5)});
    return;
  }
}

// The member rows of a receipt, from its newest transmission back.
constexpr const char* kChain =
    "WITH RECURSIVE chain (receipt, no) AS (SELECT id, transmission FROM receipt WHERE id = ?1 AND "
    "transmission IS NOT NULL "
    "UNION SELECT c.receipt, m.earlier FROM chain c JOIN member m ON m.transmission = c.no AND m.receipt = "
    "c.receipt "
    "WHERE m.earlier IS NOT NULL) ";

}  // namespace

std::vector<StoryLine> story_of(Ledger& ledger, const ReceiptRow& receipt) {
  std::vector<StoryLine> out;
  gather_arrival(ledger, receipt, out);
  gather(ledger,
         std::string(kChain) +
             "SELECT j.seq, j.at, j.who, j.what, 'put into ' || t.tid FROM chain c JOIN transmission t ON "
             "t.no = c.no "
             "JOIN journal j ON j.object = t.tid AND j.what = 'reserve'",
         receipt.id, out);
  gather(ledger,
         std::string(kChain) +
             "SELECT j.seq, j.at, j.who, j.what, t.tid || ' ' || s.event || CASE s.words WHEN '' THEN '' "
             "ELSE ': ' || s.words END "
             "FROM chain c JOIN transmission t ON t.no = c.no JOIN sending s ON s.transmission = c.no JOIN "
             "journal j ON j.seq = s.seq",
         receipt.id, out);
  gather(ledger,
         std::string(kChain) +
             "SELECT j.seq, j.at, j.who, j.what, 'the vendor answered ' || m.code || coalesce(' ' || "
             "m.message, '') || ' (' || f.name || "
             "', line ' || m.line || ')' FROM chain c JOIN member m ON m.transmission = c.no AND m.receipt = "
             "c.receipt "
             "JOIN answer a ON a.seq = m.answer AND a.transmission = c.no JOIN file f ON f.id = a.file JOIN "
             "journal j ON j.seq = m.answer",
         receipt.id, out);
  gather(ledger,
         "SELECT j.seq, j.at, j.who, j.what, a.field || ' was ''' || a.was || ''', is now ''' || a.value || "
         "'''' "
         "FROM amendment a JOIN journal j ON j.seq = a.seq WHERE a.receipt = ?1",
         receipt.id, out);
  gather(ledger,
         "SELECT j.seq, j.at, j.who, j.what, CASE c.state WHEN 0 THEN 'back in the queue' WHEN 4 THEN 'held' "
         "WHEN 5 THEN 'settled' ELSE 'moved' END || "
         "': ' || c.reason FROM change c JOIN journal j ON j.seq = c.seq WHERE c.receipt = ?1",
         receipt.id, out);
  sort_by_seq(out);
  return out;
}

std::vector<StoryLine> story_of(Ledger& ledger, const Transmission& transmission) {
  std::vector<StoryLine> out;
  Statement rows(ledger.database(),
                 "SELECT seq, at, who, what FROM journal WHERE object = ? AND what IN ('reserve', 'built') "
                 "ORDER BY seq");
  rows.bind(transmission.tid);
  while (rows.step()) {
    const auto what = rows.text(3);
    out.push_back({rows.integer(0), rows.integer(1), rows.text(2), what,
                   what == "reserve" ? fmt::format("got its TID and {} receipts", transmission.members)
                                     : fmt::format("was built: {} bytes, SHA-256 {}", transmission.bytes,
                                                   to_hex(transmission.digest))});
  }
  gather(ledger,
         "SELECT j.seq, j.at, j.who, j.what, s.event || CASE s.words WHEN '' THEN '' ELSE ': ' || s.words "
         "END FROM sending s "
         "JOIN journal j ON j.seq = s.seq WHERE s.transmission = ?1",
         transmission.no, out);
  gather(
      ledger,
      "SELECT j.seq, j.at, j.who, j.what, 'answered by ' || f.name || ': ' || a.code || ' ' || a.message || "
      "', ' || a.lines || ' lines' "
      "FROM answer a JOIN file f ON f.id = a.file JOIN journal j ON j.seq = a.seq WHERE a.transmission = ?1",
      transmission.no, out);
  sort_by_seq(out);
  return out;
}

OutcomeCounts count_outcomes(Ledger& ledger, std::int64_t transmission) {
  Statement rows(ledger.database(),
                 "SELECT outcome, count(*) FROM member WHERE transmission = ? GROUP BY outcome");
  rows.bind(transmission);
  OutcomeCounts counts;
  while (rows.step()) counts.of[rows.integer(0)] = rows.integer(1);
  return counts;
}

}  // namespace quittance
