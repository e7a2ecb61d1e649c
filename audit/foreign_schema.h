// Whether a database has exactly the tables of an audit log, in exactly their form.
#pragma once

#include <vector>

#include "audit/foreign_database.h"
#include "records/audit_finding.h"

namespace quittance::audit {

struct SchemaLook {
  bool has_records = false;     // in exactly the known form
  bool has_properties = false;  // likewise; a log of version 1 has none
  std::vector<AuditFinding> findings;
};

[[nodiscard]] SchemaLook look_at_schema(ForeignDatabase& database);

}  // namespace quittance::audit
