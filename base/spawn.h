// Starting a process and waiting for it: what Child and run_child have in common. Not for others.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"

namespace quittance {

struct Pipe {
  Fd read;
  Fd write;
};

// `program` is what a failure names.
[[nodiscard]] Pipe make_pipe(const std::string& program);
[[nodiscard]] Fd open_nothing(const std::string& program);  // /dev/null to read from
// Starts argv[0] with these two as its standard input and output; its process number.
[[nodiscard]] int spawn(const std::vector<std::string>& argv, const Fd& input, const Fd& output);
// Its exit code, 128+signal when it was killed, -1 when there is no such child.
int wait_for(int pid);

}  // namespace quittance
