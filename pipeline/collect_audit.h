// collect, for a drop of audit logs: each goes whole to the archive, and its owner into the ledger.
#pragma once

#include "pipeline/context.h"
#include "pipeline/incoming.h"

namespace quittance {

void collect_audit_logs(Context& context, const DropSettings& drop, FileIds& ids);

}  // namespace quittance
