// The vendor's database as JSON lines, for tests that compare.
#pragma once

#include "base/report.h"
#include "simulators/vendor_database.h"

namespace quittance::simulators {

// A line for each SUID in order: suid, imports, planted, and all its events (tid, code, flag, receipt).
void list_devices(const VendorDatabase& database, Report& report);
// A line for each receipt log in the order of their import.
void list_logs(const VendorDatabase& database, Report& report);

}  // namespace quittance::simulators
