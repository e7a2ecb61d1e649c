// Small helpers on text; foreign text is escaped here before anyone sees it.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quittance {

// Printable ASCII stays, everything else becomes \xNN; cut after `limit` bytes with "...".
[[nodiscard]] std::string escaped(std::string_view text, std::size_t limit = 120);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
[[nodiscard]] bool has_control(std::string_view text);          // bytes below 0x20 or 0x7f
[[nodiscard]] std::string_view trimmed(std::string_view text);  // spaces and tabs at both ends
[[nodiscard]] std::string lower(std::string_view text);         // ASCII
[[nodiscard]] std::vector<std::string> split_list(std::string_view text,
                                                  char separator);  // trimmed parts, empty text: none
// A number with its noun: "1 receipt", "2 receipts".
[[nodiscard]] std::string counted(std::int64_t n, std::string_view noun);
// The candidate with the smallest edit distance, nothing when none is near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& candidates);

// A whole token as an integer: no sign unless the type has one, no blank, no "+", no leading zero
// before other digits.
template <class Integer>
[[nodiscard]] std::optional<Integer> parse_integer(std::string_view token) {
  Integer value{};
  const char* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  const std::string_view digits = token.substr(token.front() == '-' ? 1 : 0);
  if (digits.front() == '0' && token.size() > 1) return std::nullopt;  // "-0" as well
  return value;
}

}  // namespace quittance
