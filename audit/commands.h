// The commands of quittance-audit.
#pragma once

#include <functional>

#include "base/options.h"
#include "base/report.h"

namespace quittance::audit {

struct AuditCommand {
  Command command;
  std::function<void(const Invocation&, Report&)> run;
};

[[nodiscard]] AuditCommand verify_command();
[[nodiscard]] AuditCommand owner_command();

// The log that both commands read: --audit-log FILE, or --log-fd N.
[[nodiscard]] Option log_option();
[[nodiscard]] Option log_fd_option();

}  // namespace quittance::audit
