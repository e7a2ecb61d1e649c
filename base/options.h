// Commands and options as a table: the one source of parsing, --help and (later) manual pages and
// completion. Boost.Program_options reads the command line and the environment.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace quittance {

struct Option {
  std::string name;   // "channel"; a short form after a comma, "quiet,q"
  std::string value;  // placeholder such as "NAME"; empty for a switch
  std::string help;   // one sentence
};

struct Command {
  std::string name;         // "collect", or two words: "journal verify"
  std::string operands;     // as printed: "[PATH...]"
  std::size_t least = 0;    // operands wanted at least
  std::size_t most = 0;     // and at most
  std::string summary;      // one line
  std::string description;  // paragraphs
  std::vector<Option> options;
  std::string example;  // lines to type, with what they do
};

struct Program {
  std::string name;
  std::string summary;
  std::vector<Option> options;  // common to all commands
  std::vector<Command> commands;
  std::string environment;  // prefix such as "QUITTANCE_"; empty: the environment is not read
  std::string epilogue;     // below the list of commands: exit codes and so on
};

struct Invocation {
  const Command* command = nullptr;  // nothing when only help or version was asked for
  std::vector<std::string> operands;
  std::map<std::string, std::string> values;  // by long name; a switch has "yes"
  bool help = false;
  bool version = false;
  [[nodiscard]] bool has(const std::string& name) const { return values.count(name) != 0; }
  [[nodiscard]] std::string value(const std::string& name, const std::string& otherwise = "") const;
};

// Throws Failure(usage) that names the nearest known word. Common options may stand anywhere. The
// environment gives common options only (QUITTANCE_STATE for --state); the command line wins.
[[nodiscard]] Invocation parse_command_line(const Program& program, int argc, const char* const* argv);
[[nodiscard]] std::string help_text(const Program& program);
[[nodiscard]] std::string help_text(const Program& program, const Command& command);

}  // namespace quittance
