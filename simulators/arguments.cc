// Reads numbers, lists and paths out of the command line.
#include "simulators/arguments.h"

#include <fmt/core.h>

#include <algorithm>
#include <thread>

#include "base/fault.h"
#include "base/text.h"

namespace quittance::simulators {

void wrong_option(const std::string& name, const std::string& value, const std::string& expected) {
  throw usage_failure(fmt::format("--{} does not take \"{}\"", name, escaped(value)),
                      fmt::format("give {}", expected));
}

std::uint64_t number_option(const Invocation& invocation, const std::string& name, std::uint64_t otherwise,
                            std::uint64_t low, std::uint64_t high) {
  if (!invocation.has(name)) return otherwise;
  const auto number = parse_integer<std::uint64_t>(invocation.value(name));
  if (!number || *number < low || *number > high)
    wrong_option(name, invocation.value(name), fmt::format("a whole number from {} to {}", low, high));
  return *number;
}

std::string required_option(const Invocation& invocation, const std::string& name) {
  const std::string value = invocation.value(name);
  if (value.empty()) throw usage_failure("--" + name + " is missing", "give it; --help has an example");
  return value;
}

Path required_path(const Invocation& invocation, const std::string& name) {
  return required_option(invocation, name);
}

std::vector<std::string> list_option(const Invocation& invocation, const std::string& name,
                                     const std::string& otherwise) {
  return split_list(invocation.value(name, otherwise), ',');
}

std::size_t jobs_option(const Invocation& invocation) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return number_option(invocation, "jobs", cores, 1, 1024);
}

}  // namespace quittance::simulators
