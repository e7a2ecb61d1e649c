// The first 100 bytes of a SQLite file (sqlite.org, "Database File Format", 1.3), looked at before
// SQLite sees them.
#pragma once

#include <vector>

#include "audit/evidence.h"
#include "records/audit_finding.h"

namespace quittance::audit {

struct HeaderLook {
  bool is_sqlite = false;
  std::vector<AuditFinding> findings;
};

[[nodiscard]] HeaderLook look_at_header(const Evidence& evidence);

}  // namespace quittance::audit
