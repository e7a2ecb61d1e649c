// Finding the command among the words. It comes first because only it tells which options there are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/fault.h"
#include "base/options_table.h"
#include "base/text.h"

namespace quittance::options_table {
namespace {

constexpr std::size_t kNowhere = std::string::npos;

// Whether the word's option takes the next word as its value. `options` must know it.
bool takes_next(const std::vector<Option>& options, const std::string& word) {
  if (word.starts_with("--")) {
    return !find_option(options, word)->value.empty() && word.find('=') == kNowhere;
  }
  for (std::size_t i = 1; i < word.size(); ++i) {  // "-qs" is -q and -s
    const Option* option = find_option(options, std::string("-") + word[i]);
    if (option == nullptr) return false;
    if (!option->value.empty()) return i + 1 == word.size();
  }
  return false;
}

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

// The next word from `at` on that is neither an option nor the value of one. Stops at an option that
// isn't common, which `stopped` then tells.
std::size_t next_plain(const std::vector<Option>& common, const std::vector<std::string>& words,
                       std::size_t at, bool& stopped) {
  for (; at < words.size(); ++at) {
    if (words[at] == "--") return at + 1 < words.size() ? at + 1 : kNowhere;
    if (!is_option(words[at])) return at;
    stopped = find_option(common, words[at]) == nullptr;
    if (stopped) return at;
    if (takes_next(common, words[at])) ++at;
  }
  return kNowhere;
}

const Command* named(const Program& program, const std::string& name) {
  for (const Command& command : program.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

[[noreturn]] void refuse_command(const Program& program, const std::string& first, const std::string& both) {
  std::vector<std::string> names;
  std::vector<std::string> family;  // the two-word commands that begin with the first word
  for (const Command& command : program.commands) {
    names.push_back(command.name);
    if (command.name.starts_with(first + " ")) family.push_back(command.name);
  }
  const std::string problem = fmt::format("there is no command '{}'", escaped(family.empty() ? first : both));
  auto near = nearest(both, family.empty() ? names : family);
  if (!near) near = nearest(first, family.empty() ? names : family);
  if (family.empty() && near) throw usage_failure(problem, fmt::format("did you mean '{}'?", *near));
  if (family.empty()) throw usage_failure(problem, see_help(program, nullptr));
  throw usage_failure(problem,
                      fmt::format("{}the commands are: {}",
                                  near && both != first ? fmt::format("did you mean '{}'? ", *near) : "",
                                  fmt::join(family, ", ")));
}

}  // namespace

const Command* take_command(const Program& program, std::vector<std::string>& words) {
  if (program.commands.size() == 1 && program.commands[0].name.empty()) return &program.commands[0];
  const std::vector<Option> common = common_options(program);
  bool stopped = false;
  const std::size_t first = next_plain(common, words, 0, stopped);
  if (stopped) refuse_option(program, nullptr, words[first]);
  if (first == kNowhere) return nullptr;
  const auto at = [&](std::size_t i) { return words.begin() + static_cast<std::ptrdiff_t>(i); };

  const std::size_t second = next_plain(common, words, first + 1, stopped);
  const bool two = second != kNowhere && !stopped;
  const std::string both = two ? words[first] + " " + words[second] : words[first];
  if (const Command* command = named(program, both); command != nullptr && two) {
    words.erase(at(second));
    words.erase(at(first));
    return command;
  }
  const Command* command = named(program, words[first]);
  if (command == nullptr) refuse_command(program, words[first], both);
  words.erase(at(first));
  return command;
}

void refuse_option(const Program& program, const Command* command, const std::string& word) {
  const std::string shown = escaped(word.substr(0, word.find('=')));
  for (const Command& other : program.commands) {
    if (&other == command || find_option(other.options, word) == nullptr) continue;
    const std::string problem = command != nullptr
                                    ? fmt::format("'{}' has no option {}", command->name, shown)
                                    : fmt::format("the option {} stands before the command", shown);
    throw usage_failure(problem,
                        fmt::format("{} is an option of '{}' and stands behind it", shown, other.name));
  }
  std::vector<std::string> names;  // without dashes: as letters they would bring any two short names near
  for (const Option& option : known_options(program, command)) names.push_back(long_name(option));
  const auto near = nearest(shown.substr(std::min(shown.find_first_not_of('-'), shown.size())), names);
  throw usage_failure(fmt::format("there is no option {}", shown),
                      near ? fmt::format("did you mean --{}?", *near) : see_help(program, command));
}

}  // namespace quittance::options_table
