// The command line through Boost.Program_options, without its guessing of shortened names: a script
// that relies on one would break with the next option.
#include "base/options.h"

#include <fmt/format.h>

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "base/fault.h"
#include "base/options_table.h"
#include "base/text.h"

namespace quittance {
namespace {

namespace po = boost::program_options;

constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

po::options_description described(const std::vector<Option>& options) {
  po::options_description all;
  for (const Option& option : options) {
    if (option.value.empty()) {
      all.add_options()(option.name.c_str(), option.help.c_str());
    } else {
      all.add_options()(option.name.c_str(), po::value<std::string>(), option.help.c_str());
    }
  }
  return all;
}

std::vector<po::option> parsed(const Program& program, const Command* command,
                               const std::vector<std::string>& words) {
  const po::options_description known = described(options_table::known_options(program, command));
  try {
    return po::command_line_parser(words).options(known).style(kStyle).run().options;
  } catch (const po::unknown_option& error) {
    options_table::refuse_option(program, command, error.get_option_name());
  } catch (const po::error& error) {
    throw usage_failure(escaped(error.what(), 300), options_table::see_help(program, command));
  }
}

// "--channel --quiet" is a forgotten value far more often than a channel of that name.
void want_value(const Program& program, const po::option& found, const Command* command) {
  const bool apart = found.original_tokens.size() == 2;
  if (!apart || found.value.size() != 1 || found.value[0].size() < 2 || found.value[0].front() != '-') return;
  throw usage_failure(
      fmt::format("the option --{} has no value, or one that begins with a dash: \"{}\"", found.string_key,
                  escaped(found.value[0])),
      fmt::format("write --{}=VALUE; {}", found.string_key, options_table::see_help(program, command)));
}

void take(const Program& program, const po::option& found, Invocation& invocation) {
  if (found.position_key >= 0 || found.string_key.empty()) {
    invocation.operands.insert(invocation.operands.end(), found.value.begin(), found.value.end());
    return;
  }
  want_value(program, found, invocation.command);
  const std::string value = found.value.empty() ? "yes" : found.value[0];
  if (invocation.values.emplace(found.string_key, value).second) return;
  throw usage_failure(fmt::format("the option --{} is given twice", found.string_key),
                      options_table::see_help(program, invocation.command));
}

void check_operands(const Program& program, const Command& command,
                    const std::vector<std::string>& operands) {
  if (operands.size() >= command.least && operands.size() <= command.most) return;
  const std::string& name = command.name.empty() ? program.name : command.name;
  const std::string problem =
      operands.size() < command.least
          ? fmt::format("'{}' wants at least {} operand(s), {} given", name, command.least, operands.size())
          : fmt::format("'{}' wants at most {} operand(s), the first too many is \"{}\"", name, command.most,
                        escaped(operands[command.most]));
  throw usage_failure(problem, "usage: " + options_table::usage_line(program, command));
}

}  // namespace

std::string Invocation::value(const std::string& name, const std::string& otherwise) const {
  const auto found = values.find(name);
  return found == values.end() ? otherwise : found->second;
}

Invocation parse_command_line(const Program& program, int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  Invocation invocation;
  invocation.command = options_table::take_command(program, words);
  for (const po::option& found : parsed(program, invocation.command, words)) take(program, found, invocation);
  invocation.help = invocation.values.erase("help") != 0;
  invocation.version = invocation.values.erase("version") != 0;
  // Help must come even where operands are missing or the environment is what is wrong.
  if (invocation.help || invocation.version) return invocation;
  if (invocation.command == nullptr) {
    throw usage_failure("no command is given", options_table::see_help(program, nullptr));
  }
  check_operands(program, *invocation.command, invocation.operands);
  options_table::read_environment(program, invocation.values);
  return invocation;
}

}  // namespace quittance
