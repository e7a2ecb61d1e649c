#include "audit/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr std::uint64_t kHighestFd = 1'000'000;

std::string range(std::uint64_t low, std::uint64_t high) {
  return fmt::format("a whole number from {} to {}", low, high);
}

}  // namespace

Failure wrong_value(const std::string& option, const std::string& value, const std::string& expected) {
  return usage_failure(fmt::format("--{} does not take \"{}\"", option, escaped(value)), "give " + expected);
}

std::optional<std::string> text(const Invocation& invocation, const std::string& option) {
  if (!invocation.has(option)) return std::nullopt;
  return invocation.value(option);
}

std::optional<std::uint64_t> number(const Invocation& invocation, const std::string& option,
                                    std::uint64_t low, std::uint64_t high) {
  const auto value = text(invocation, option);
  if (!value) return std::nullopt;
  const auto read = parse_integer<std::uint64_t>(*value);
  if (!read || *read < low || *read > high) throw wrong_value(option, *value, range(low, high));
  return read;
}

std::optional<std::uint64_t> old_number(const Invocation& invocation, const std::string& option,
                                        std::uint64_t low, std::uint64_t high) {
  const auto value = text(invocation, option);
  if (!value) return std::nullopt;
  std::string digits = *value;
  std::erase(digits, '_');
  const bool is_hex = digits.starts_with("0x") || digits.starts_with("0X");
  if (is_hex) digits.erase(0, 2);
  std::uint64_t read = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, read, is_hex ? 16 : 10);
  if (error != std::errc{} || stop != end || read < low || read > high)
    throw wrong_value(option, *value, range(low, high));
  return read;
}

NamedEvidence evidence_of(const Invocation& invocation) {
  const auto log = text(invocation, "audit-log");
  const auto fd = number(invocation, "log-fd", 0, kHighestFd);
  if (log && !fd) return {*log, copy_evidence(*log)};
  if (fd && !log) return {fmt::format("descriptor {}", *fd), take_evidence(static_cast<int>(*fd))};
  throw usage_failure(log ? "the log is named twice" : "no audit log is named", "give -l FILE");
}

}  // namespace quittance::audit
