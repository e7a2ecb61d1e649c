// One receipt with the data that goes with it, and the line that carries it (manual 4.3.1).
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/layout.h"
#include "records/suid.h"

namespace quittance {

inline constexpr std::size_t kReceiptBytes = 768;        // manual 4.5.2.1
inline constexpr std::size_t kReceiptCharacters = 1024;  // in base64, without padding

using ReceiptBytes = std::array<std::uint8_t, kReceiptBytes>;
using CustomItems = std::map<std::string, std::string>;  // by field name, sorted

struct Receipt {
  Suid suid;
  int flag = 0;  // refurbishment flag: 0 new, 1 refurbished
  ReceiptBytes bytes{};
  std::string imei;
  std::string model;
  std::string operator_name;
  std::string sip_soc;
  CustomItems items;
  std::string tail;  // what stood behind the last field; kept, never sent
};

// What a receipt line is held against.
struct LineRules {
  Layout layout;                       // of the drop
  std::vector<std::string> mandatory;  // of the channel
  char channel_separator = ';';        // may not occur in any field
  std::string oem;                     // the channel's; a line that names another is wrong
  std::size_t field_bytes = 64;        // longest text
};

// Why a line is not taken.
struct LineFault {
  int code = 0;    // the code that the vendor would answer
  std::string id;  // of the message
  std::string field;
  std::string problem;
  std::string mend;
};

struct JudgedLine {
  std::optional<LineFault> fault;   // the first in the order of the fields
  std::vector<LineFault> warnings;  // 101, and a wrong IMEI check digit (code 0)
};

// Reads one line, without its newline, into `receipt` (which it reuses). When there is a fault the
// receipt's content means nothing.
[[nodiscard]] JudgedLine read_receipt_line(std::string_view line, const LineRules& rules, Receipt& receipt);

// Appends the line of a receipt in the channel's layout, with its newline.
void append_receipt_line(std::string& out, const Receipt& receipt, const Layout& layout,
                         std::string_view oem);

// Why one field's value can't be used, by the same rules as in a line; `name` as in a layout.
[[nodiscard]] std::optional<LineFault> wrong_value(std::string_view name, std::string_view value,
                                                   const LineRules& rules);

[[nodiscard]] bool has_right_check_digit(std::string_view imei15);  // Luhn

}  // namespace quittance
