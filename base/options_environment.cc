// Common options out of the environment: QUITTANCE_STATE for --state. A variable that is spelled wrong
// is refused like an option that is spelled wrong.
#include <fmt/format.h>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include "base/fault.h"
#include "base/options_table.h"
#include "base/text.h"

namespace quittance::options_table {
namespace {

namespace po = boost::program_options;

std::string variable_name(const Program& program, const Option& option) {
  std::string name = program.environment + long_name(option);
  for (std::size_t i = program.environment.size(); i < name.size(); ++i) {
    const char c = name[i];
    if (c >= 'a' && c <= 'z') name[i] = static_cast<char>(c - 'a' + 'A');
    if (c == '-') name[i] = '_';
  }
  return name;
}

const Option& option_of(const Program& program, const std::string& variable) {
  std::vector<std::string> names;
  for (const Option& option : program.options) {
    names.push_back(variable_name(program, option));
    if (names.back() == variable) return option;
  }
  const auto near = nearest(variable, names);
  throw usage_failure(fmt::format("the environment variable {} stands for no option", escaped(variable)),
                      near ? fmt::format("did you mean {}? Otherwise unset it", *near) : "unset it");
}

void take_switch(const std::string& variable, const std::string& name, const std::string& value,
                 std::map<std::string, std::string>& values) {
  if (value == "no" || value == "0") return;
  if (value != "yes" && value != "1") {
    throw usage_failure(fmt::format("the environment variable {} is \"{}\"", variable, escaped(value)),
                        "set it to yes, no, 1 or 0, or unset it");
  }
  values.emplace(name, "yes");
}

void take(const Program& program, const std::string& variable, const std::string& value,
          std::map<std::string, std::string>& values) {
  const Option& option = option_of(program, variable);
  if (option.value.empty()) return take_switch(variable, long_name(option), value, values);
  if (value.empty()) {
    throw usage_failure(fmt::format("the environment variable {} is empty", variable),
                        fmt::format("set it to {} or unset it", option.value));
  }
  values.emplace(long_name(option), value);  // keeps what the command line said
}

}  // namespace

void read_environment(const Program& program, std::map<std::string, std::string>& values) {
  if (program.environment.empty()) return;
  const auto ours = [&](const std::string& variable) {
    return variable.starts_with(program.environment) ? variable : std::string();
  };
  const po::options_description none;
  const boost::function1<std::string, std::string> mapper = ours;
  for (const auto& found : po::parse_environment(none, mapper).options) {
    take(program, found.string_key, found.value.at(0), values);
  }
}

}  // namespace quittance::options_table
