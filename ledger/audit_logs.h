// The audit logs that came in, and which of them are still to be verified.
#pragma once

#include <string>
#include <vector>

#include "ledger/files.h"

namespace quittance {

struct AuditLog {
  IncomingFile file;
  std::string device;  // empty where the log does not say
  std::int64_t version = 0;
};

void add_audit_log(Act& act, const IncomingFile& file, const std::string& device, std::int64_t version);
// In the order in which they came in; `all`: also those that were verified.
[[nodiscard]] std::vector<AuditLog> audit_logs(Ledger& ledger, bool all);

}  // namespace quittance
