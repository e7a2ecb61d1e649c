#include "ledger/history.h"

#include "ledger/row_bytes.h"

namespace quittance {

bool add_history(Act& act, const HistoryLine& line) {
  act.database()
      .prepare("INSERT OR IGNORE INTO history (suid, digest, at, tid, seq) VALUES (?,?,?,?,?)")
      .bind(line.suid.bytes, line.digest, line.at, line.tid, act.seq())
      .done();
  return act.database().changes() == 1;
}

std::int64_t feed_history(Database& database, std::int64_t seq, Sha256& sha) {
  Statement rows(database, "SELECT suid, digest, at, tid FROM history WHERE seq = ? ORDER BY suid, digest");
  rows.bind(seq);
  return feed_rows(sha, rows);
}

}  // namespace quittance
