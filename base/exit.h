// The exit codes that every program of the project shares, and which of several wins.
#pragma once

namespace quittance {

enum class Exit {
  ok = 0,           // all well, also when there was nothing to do
  program = 1,      // a fault of the program itself
  usage = 2,        // the command line is wrong
  findings = 3,     // people must look at something
  unreachable = 4,  // the other side could not be reached, try again later
  locked = 5,       // another run holds the lock
  machine = 6,      // the machine or a setting is at fault
};

// Of two results the one that is reported: program, machine, findings, unreachable, then any other
// that is not ok.
[[nodiscard]] Exit worse(Exit a, Exit b);

}  // namespace quittance
