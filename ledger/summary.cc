#include "ledger/summary.h"

#include "ledger/transmissions.h"

namespace quittance {
namespace {

std::int64_t single(Database& database, const std::string& sql) {
  Statement row(database, sql);
  return row.step() ? row.integer(0) : 0;
}

void count_transmissions(Ledger& ledger, Summary& summary) {
  for (const char* state : {"built", "unknown", "sent", "acknowledged", "overdue", "refused", "superseded"}) {
    summary.transmissions[state] = 0;
  }
  Statement rows(
      ledger.database(),
      "SELECT state, due_at < ? AND state = 3, count(*), sum(travelling) FROM transmission GROUP BY 1, 2");
  rows.bind(now());
  while (rows.step()) {
    const auto state = static_cast<TransmissionState>(rows.integer(0));
    summary.transmissions[rows.integer(1) != 0 ? "overdue" : std::string(name(state))] += rows.integer(2);
    summary.receipts[std::string(spoken_state(ReceiptState::travelling, state))] += rows.integer(3);
  }
}

}  // namespace

Summary summarise(Ledger& ledger) {
  Summary summary;
  for (const char* state : {"collected", "assigned", "sent", "accepted", "rejected", "held", "settled"})
    summary.receipts[state] = 0;
  count_transmissions(ledger, summary);
  Statement rows(ledger.database(), "SELECT kind, key, n FROM tally");
  while (rows.step()) {
    const auto kind = rows.text(0);
    const auto key = rows.text(1);
    const auto n = rows.integer(2);
    if (kind == "receipt" && key != "travelling") summary.receipts[key] += n;
    if (kind == "code") summary.codes[key] = n;
    if (kind == "lines" && key == "quarantined") summary.quarantined_lines = n;
    if (kind == "lines" && key == "discarded") summary.discarded_lines = n;
    if (kind == "files" && key == "quarantined") summary.quarantined_files = n;
    if (kind == "files" && key == "discarded") summary.discarded_files = n;
  }
  Statement files(ledger.database(),
                  "SELECT sum(lines), sum(blank), sum(repeats) FROM file WHERE kind = 'receipts'");
  if (files.step()) {
    summary.lines = files.integer(0);
    summary.blank = files.integer(1);
    summary.repeats = files.integer(2);
  }
  summary.open_findings =
      single(ledger.database(), "SELECT (SELECT count(*) FROM finding) - (SELECT count(*) FROM closing)");
  summary.history = single(ledger.database(), "SELECT count(*) FROM history");
  return summary;
}

std::vector<OpenFinding> open_findings(Ledger& ledger, std::int64_t most) {
  Statement rows(ledger.database(),
                 "SELECT j.at, f.kind, f.object, f.detail FROM finding f JOIN journal j ON j.seq = f.seq "
                 "WHERE NOT EXISTS "
                 "(SELECT 1 FROM closing c WHERE c.finding_seq = f.seq AND c.finding_n = f.n) ORDER BY "
                 "f.seq, f.n LIMIT ?");
  rows.bind(most);
  std::vector<OpenFinding> out;
  while (rows.step()) out.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3)});
  return out;
}

bool is_finding_open(Ledger& ledger, const std::string& kind, const std::string& object) {
  auto& row = ledger.database().prepare(
      "SELECT 1 FROM finding f WHERE f.object = ? AND f.kind = ? AND NOT EXISTS "
      "(SELECT 1 FROM closing c WHERE c.finding_seq = f.seq AND c.finding_n = f.n) LIMIT 1");
  const bool found = row.bind(object, kind).step();
  row.reset();
  return found;
}

}  // namespace quittance
