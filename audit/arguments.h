// Values of options. A wrong one is a usage Failure that names the option and what it takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/evidence.h"
#include "base/fault.h"
#include "base/options.h"

namespace quittance::audit {

// A whole number from `low` to `high`; nothing when the option is not given.
[[nodiscard]] std::optional<std::uint64_t> number(const Invocation& invocation, const std::string& option,
                                                  std::uint64_t low, std::uint64_t high);
// As the old program read them: also 0x10 and 1_000.
[[nodiscard]] std::optional<std::uint64_t> old_number(const Invocation& invocation, const std::string& option,
                                                      std::uint64_t low, std::uint64_t high);
[[nodiscard]] std::optional<std::string> text(const Invocation& invocation, const std::string& option);
[[nodiscard]] Failure wrong_value(const std::string& option, const std::string& value,
                                  const std::string& expected);

// The log that is named, and what to call it.
struct NamedEvidence {
  std::string name;
  Evidence evidence;
};
[[nodiscard]] NamedEvidence evidence_of(const Invocation& invocation);

}  // namespace quittance::audit
