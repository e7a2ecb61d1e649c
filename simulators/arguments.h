// Options of the simulators as numbers, lists and paths. A wrong value is a usage Failure that names
// the option and says what it takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/options.h"

namespace quittance::simulators {

[[nodiscard]] std::uint64_t number_option(const Invocation& invocation, const std::string& name,
                                          std::uint64_t otherwise, std::uint64_t low, std::uint64_t high);
[[nodiscard]] std::string required_option(const Invocation& invocation, const std::string& name);
[[nodiscard]] Path required_path(const Invocation& invocation, const std::string& name);
[[nodiscard]] std::vector<std::string> list_option(const Invocation& invocation, const std::string& name,
                                                   const std::string& otherwise);
[[nodiscard]] std::size_t jobs_option(const Invocation& invocation);  // default: the cores of the machine

// Throws the usage Failure for an option whose value is not one that `expected` describes.
[[noreturn]] void wrong_option(const std::string& name, const std::string& value,
                               const std::string& expected);

}  // namespace quittance::simulators
