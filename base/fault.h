// What went wrong, as a value: what it is about, where, what was found and expected, what to do.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "base/exit.h"

namespace quittance {

enum class Severity {
  warning,  // worth knowing; nothing is stopped and the exit code stays
  finding,  // people must look at it (exit 3)
  trouble,  // the machine or a setting is in the way (exit 6)
};

struct Fault {
  std::string id;  // stable name of the message, "drop.flag"
  Severity severity = Severity::finding;
  std::string object;      // the file, TID, SUID or setting it is about
  std::uint64_t line = 0;  // line or record, counted from 1; 0: the object as a whole
  std::string field;       // field within the line, may be empty
  std::string problem;     // what was found and what was expected; foreign text already escaped
  std::string mend;        // what to do about it
};

// "FILE, line 7, field flag: problem. To mend: mend. [id]" on one line.
[[nodiscard]] std::string describe(const Fault& fault);
[[nodiscard]] const char* name(Severity severity);

// Thrown where work can't go on: faults of the program, the machine, the settings, the usage.
// Caught once, in main.
class Failure : public std::runtime_error {
 public:
  Failure(Exit exit, Fault fault);
  [[nodiscard]] Exit exit() const { return exit_; }
  [[nodiscard]] const Fault& fault() const { return fault_; }

 private:
  Exit exit_;
  Fault fault_;
};

// Shorthands for the three kinds that are thrown all over the project.
[[nodiscard]] Failure usage_failure(std::string problem, std::string mend);
[[nodiscard]] Failure machine_failure(std::string id, std::string object, std::string problem,
                                      std::string mend);
[[nodiscard]] Failure program_failure(std::string object, std::string problem);
// The same from errno: "cannot DOING: <text of errno>".
[[nodiscard]] Failure system_failure(const std::string& doing, const std::string& object, int error_number);

}  // namespace quittance
