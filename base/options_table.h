// Looking through the tables of options.h: shared by the command line, the environment and the help.
// Not for others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/options.h"

namespace quittance::options_table {

[[nodiscard]] std::string long_name(const Option& option);
[[nodiscard]] std::string short_name(const Option& option);  // one letter, or nothing
// Of the program, with --help and --version that every program knows.
[[nodiscard]] std::vector<Option> common_options(const Program& program);
// Of the command and the common ones; the command's own win where a name is in both.
[[nodiscard]] std::vector<Option> known_options(const Program& program, const Command* command);
// The option that a word such as "--name", "--name=value" or "-n" means; nothing when it's unknown.
[[nodiscard]] const Option* find_option(const std::vector<Option>& options, std::string_view word);
[[nodiscard]] std::string usage_line(const Program& program, const Command& command);
// "see 'NAME COMMAND --help'"
[[nodiscard]] std::string see_help(const Program& program, const Command* command);

// Takes the words of the command out of `words`. Nothing when there are only common options.
[[nodiscard]] const Command* take_command(const Program& program, std::vector<std::string>& words);
// Refuses an unknown option: names the command that has it, or the nearest option.
[[noreturn]] void refuse_option(const Program& program, const Command* command, const std::string& word);
// Adds what the environment says about common options that `values` lacks.
void read_environment(const Program& program, std::map<std::string, std::string>& values);

}  // namespace quittance::options_table
