#include "ledger/audit_logs.h"

namespace quittance {

void add_audit_log(Act& act, const IncomingFile& file, const std::string& device, std::int64_t version) {
  act.database()
      .prepare("INSERT INTO audit_log (file, seq, device, version) VALUES (?,?,?,?)")
      .bind(file.id, act.seq(), device, version)
      .done();
}

std::vector<AuditLog> audit_logs(Ledger& ledger, bool all) {
  Statement rows(
      ledger.database(),
      "SELECT f.id, f.kind, f.source, f.site, f.name, a.device, a.version FROM audit_log a JOIN file f ON "
      "f.id = a.file WHERE ?1 OR NOT EXISTS (SELECT 1 FROM verification v WHERE v.file = a.file) ORDER BY "
      "f.id");
  rows.bind(all ? 1 : 0);
  std::vector<AuditLog> out;
  while (rows.step()) {
    out.push_back({{rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4)},
                   rows.text(5),
                   rows.integer(6)});
  }
  return out;
}

}  // namespace quittance
