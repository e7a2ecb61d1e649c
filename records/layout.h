// Which fields a line has, in which order and with which separator: agreed with the vendor for each
// OEM (manual 4.3.1), and with each plant for its drops.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quittance {

inline constexpr std::size_t kMostFields = 32;

// The fields that the manual names; every other name is a custom item.
enum class Field { suid, flag, receipt, imei, oem, model, operator_name, sip_soc, custom };

[[nodiscard]] Field field_of(std::string_view name);
[[nodiscard]] const std::vector<std::string>& manual_order();  // suid, flag, receipt, imei, oem, ...

class Layout {
 public:
  Layout(std::vector<std::string> names, char separator);
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] char separator() const { return separator_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<std::string> names_;
  std::vector<Field> fields_;
  char separator_;
};

// What is wrong with a list of field names, nothing if it can be used: suid and receipt must be in
// it, no name twice, each of a-z, 0-9 and "-", 32 at most.
[[nodiscard]] std::optional<std::string> wrong_field_list(const std::vector<std::string>& names);
// ";", "|", "tab", "space", "comma" or any one printable character that no field can hold.
[[nodiscard]] std::optional<char> parse_separator(std::string_view text);

}  // namespace quittance
