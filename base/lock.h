// One run at a time: a kernel lock on a file that is never removed. A dead holder holds nothing.
#pragma once

#include <string>

#include "base/file.h"

namespace quittance {

class RunLock {
 public:
  // Takes the lock of `state/lock` and writes into it who holds it (process, command, since when).
  // Throws a Failure with Exit::locked that names the holder when somebody else has it.
  RunLock(const Path& state, const std::string& command);

 private:
  Fd fd_;
};

}  // namespace quittance
