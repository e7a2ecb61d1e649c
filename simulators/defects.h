// What the factory can do wrong on purpose. Each defect earns its result code at the vendor for the
// reason that the manual's table gives (4.3.4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quittance::simulators {

enum class Defect : std::uint8_t {
  none,
  trailing,
  syntax,
  fields,
  empty,
  too_long,
  base64,
  signature,
  decryption,
  suid,
  flag,
  refurbished_unknown,
  rogue_kph,
  clone,
  imei_luhn,
  crlf,
  refurbished,
  repeat,
  rework,
  blank,
};

struct DefectKind {
  Defect defect;
  const char* name;
  int code;           // what the vendor answers if the line reaches it unchanged
  bool additional;    // a line more, where the others spoil a device of the order
  const char* needs;  // item that the layout must have, may be empty
  const char* meaning;
};

[[nodiscard]] std::span<const DefectKind> defect_table();  // without `none`
[[nodiscard]] const DefectKind& kind_of(Defect defect);    // also of `none`

using DefectCounts = std::map<Defect, std::uint64_t>;

// Reads "signature=3,flag=1" or "all=2"; `all` leaves out `refurbished` unless `with_refurbished`.
// A wrong word is a usage Failure that names the nearest defect.
[[nodiscard]] DefectCounts parse_defects(std::string_view text, bool with_refurbished);
[[nodiscard]] std::string defects_help();

}  // namespace quittance::simulators
