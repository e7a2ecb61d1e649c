// Looking through the tables of options.h.
#include "base/options_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace quittance::options_table {
namespace {

const Option kHelp{"help,h", "", "Show this help and end."};
const Option kVersion{"version", "", "Show the version and end."};

void add_new(std::vector<Option>& options, const Option& option) {
  const auto same = [&](const Option& other) { return long_name(other) == long_name(option); };
  if (std::none_of(options.begin(), options.end(), same)) options.push_back(option);
}

}  // namespace

std::string long_name(const Option& option) { return option.name.substr(0, option.name.find(',')); }

std::string short_name(const Option& option) {
  const std::size_t comma = option.name.find(',');
  return comma == std::string::npos ? "" : option.name.substr(comma + 1);
}

std::vector<Option> common_options(const Program& program) {
  std::vector<Option> options = program.options;
  add_new(options, kHelp);
  add_new(options, kVersion);
  return options;
}

std::vector<Option> known_options(const Program& program, const Command* command) {
  std::vector<Option> options = command != nullptr ? command->options : std::vector<Option>{};
  for (const Option& option : common_options(program)) add_new(options, option);
  return options;
}

const Option* find_option(const std::vector<Option>& options, std::string_view word) {
  const bool is_long = word.starts_with("--");
  const std::string_view name = is_long ? word.substr(2, word.find('=') - 2) : word.substr(1, 1);
  for (const Option& option : options) {
    if ((is_long ? long_name(option) : short_name(option)) == name) return &option;
  }
  return nullptr;
}

std::string usage_line(const Program& program, const Command& command) {
  std::string line = program.name;
  for (const std::string& part : {command.name, std::string("[OPTION...]"), command.operands}) {
    if (!part.empty()) line += " " + part;
  }
  return line;
}

std::string see_help(const Program& program, const Command* command) {
  const bool named = command != nullptr && !command->name.empty();
  return fmt::format("see '{}{}{} --help'", program.name, named ? " " : "", named ? command->name : "");
}

}  // namespace quittance::options_table
