#include "records/layout.h"

#include <algorithm>
#include <array>
#include <set>

namespace quittance {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"suid", "flag",  "receipt",  "imei",
                                                    "oem",  "model", "operator", "sip-soc"};

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool stands_in_base64_or_hex(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '=';
}

}  // namespace

Field field_of(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  return static_cast<Field>(found - kNames.begin());
}

const std::vector<std::string>& manual_order() {
  static const std::vector<std::string> kOrder(kNames.begin(), kNames.end());
  return kOrder;
}

Layout::Layout(std::vector<std::string> names, char separator)
    : names_(std::move(names)), separator_(separator) {
  for (const auto& name : names_) fields_.push_back(field_of(name));
}

std::optional<std::size_t> Layout::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::optional<std::string> wrong_field_list(const std::vector<std::string>& names) {
  if (names.size() > kMostFields) return "it has more than 32 fields";
  const std::set<std::string> distinct(names.begin(), names.end());
  if (distinct.size() != names.size()) return "a field occurs twice";
  for (const auto& name : names) {
    if (!is_field_name(name))
      return "'" + name + "' is no field name (a-z, 0-9 and '-', 32 characters at most)";
  }
  for (const char* needed : {"suid", "receipt"}) {
    if (distinct.count(needed) == 0) return std::string("the field '") + needed + "' is missing";
  }
  return std::nullopt;
}

std::optional<char> parse_separator(std::string_view text) {
  if (text == "tab") return '\t';
  if (text == "space") return ' ';
  if (text == "comma") return ',';
  if (text == "semicolon") return ';';
  if (text.size() != 1 || text[0] <= ' ' || text[0] > '~' || stands_in_base64_or_hex(text[0]))
    return std::nullopt;
  return text[0];
}

}  // namespace quittance
