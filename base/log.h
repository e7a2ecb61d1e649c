// The log: what each command that writes did, a line each, for whoever looks afterwards.
#pragma once

#include "base/file.h"
#include "base/report.h"

namespace quittance {

// Appends the report to `file`: time, process, command, what it said, its faults, its exit code.
// Foreign text is escaped already. False when it can't be written: that stops nothing, a full disk
// must not turn success into failure.
[[nodiscard]] bool append_to_log(const Path& file, const std::string& command, const Report& report);

}  // namespace quittance
