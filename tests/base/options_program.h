// The table of a small program, for the tests of options.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "base/options.h"

namespace quittance {

inline const Program& test_program() {
  static const Program kProgram{
      "tool",
      "Moves things.",
      {{"state", "FOLDER", "Where the state is kept."},
       {"quiet,q", "", "Say nothing but faults."},
       {"config,c", "FILE", "The settings."},
       {"dry-run", "", "Change nothing."}},
      {{"collect",
        "[PATH...]",
        0,
        100,
        "Take files in.",
        "Takes files in.\n\nTwice is fine.",
        {{"channel", "NAME", "Only this channel."}, {"force,f", "", "Even so."}},
        "  tool collect a.csv"},
       {"journal", "", 0, 0, "Show the journal.", "", {}, ""},
       {"journal verify", "FILE", 1, 1, "Check the journal.", "", {{"since", "TIME", "From then on."}}, ""},
       {"quarantine list", "", 0, 0, "List what is set aside.", "", {}, ""},
       {"quarantine release", "NAME", 1, 1, "Let it go.", "", {}, ""}},
      "TOOL_",
      "Exit codes:\n  0  all well\n"};
  return kProgram;
}

inline Invocation parse(std::initializer_list<const char*> words, const Program& program = test_program()) {
  std::vector<const char*> argv = {"tool"};
  argv.insert(argv.end(), words);
  return parse_command_line(program, static_cast<int>(argv.size()), argv.data());
}

}  // namespace quittance
