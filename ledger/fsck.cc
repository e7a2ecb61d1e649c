#include "ledger/fsck.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/fault.h"

namespace quittance {
namespace {

Fault broken(const std::string& object, const std::string& problem) {
  return {"fsck.ledger",
          Severity::finding,
          object,
          0,
          "",
          problem,
          "keep the ledger as it is, and compare it with its backups"};
}

void check_pages(Ledger& ledger, const std::function<void(Fault)>& on_fault) {
  Statement rows(ledger.database(), "PRAGMA integrity_check(20)");
  while (rows.step()) {
    if (rows.text_view(0) != "ok") on_fault(broken("ledger", rows.text(0)));
  }
}

void check_bytes(Ledger& ledger, const std::function<void(Fault)>& on_fault) {
  Statement rows(ledger.database(),
                 "SELECT r.suid, r.digest, d.receipt FROM receipt r JOIN delivery d ON d.id = r.id WHERE "
                 "d.receipt IS NOT NULL");
  while (rows.step()) {
    const auto digest = sha256(rows.blob(2));
    if (!std::ranges::equal(digest, rows.blob(1)))
      on_fault(broken("device " + to_hex(rows.blob(0)), "its stored receipt does not have its SHA-256"));
  }
}

// Bytes may be deleted once nobody will send them again, and not before.
void check_open_bytes(Ledger& ledger, const std::function<void(Fault)>& on_fault) {
  Statement rows(ledger.database(),
                 "SELECT r.suid FROM receipt r JOIN delivery d ON d.id = r.id WHERE d.receipt IS NULL AND "
                 "r.state NOT IN (2, 5)");
  while (rows.step())
    on_fault(broken("device " + to_hex(rows.blob(0)), "its stored receipt is gone, and it is still needed"));
}

void check_acceptance(Ledger& ledger, const std::function<void(Fault)>& on_fault) {
  Statement rows(ledger.database(),
                 "SELECT suid, generation, count(*) FROM receipt WHERE state = 2 GROUP BY suid, generation "
                 "HAVING count(*) > 1");
  while (rows.step()) {
    on_fault(broken("device " + to_hex(rows.blob(0)),
                    fmt::format("{} receipts of its generation {} are accepted, one is right",
                                rows.integer(2), rows.integer(1))));
  }
}

}  // namespace

void check_content(Ledger& ledger, const std::function<void(Fault)>& on_fault) {
  check_pages(ledger, on_fault);
  check_bytes(ledger, on_fault);
  check_open_bytes(ledger, on_fault);
  check_acceptance(ledger, on_fault);
}

void each_kept_file(Ledger& ledger, const std::function<void(const KeptFile&)>& visit) {
  Statement rows(ledger.database(),
                 "SELECT f.id, f.kind, f.state = 'quarantined', EXISTS (SELECT 1 FROM quarantine q JOIN "
                 "disposal d ON d.item_seq = q.seq AND d.item_n = q.n "
                 "WHERE q.file = f.id AND q.line = 0 AND d.what = 'released'), f.name, coalesce(f.sha256, "
                 "x'') FROM file f "
                 "WHERE f.state <> 'taking' ORDER BY f.id");
  while (rows.step()) {
    visit({rows.integer(0), rows.text(1), rows.integer(2) != 0, rows.integer(3) != 0, rows.text(4),
           to_hex(rows.blob(5))});
  }
}

}  // namespace quittance
