// What the vendor checks on a line before it opens the receipt: codes 101 to 106 and 111.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "simulators/kph.h"
#include "simulators/layout.h"
#include "simulators/vendor_log.h"

namespace quittance::simulators {

struct Rules {
  Layout layout;
  std::vector<std::string> mandatory;        // items that must not be empty
  std::size_t field_bytes = 64;              // of any item but suid, flag and receipt
  std::optional<std::regex> custom_pattern;  // that the OEM's own items must match as a whole
};

struct JudgedLine {
  std::string suid_text;     // as it stood there, safe to repeat in an answer
  std::optional<Suid> suid;  // nothing when unreadable
  bool refurbished = false;
  bool trailing = false;    // there were trailing characters, ignored
  bool custom_good = true;  // the OEM's own items match the pattern
  int code = 0;             // the first that applies; 101 is left to `trailing`
  ReceiptBytes receipt{};   // only when the code is 0
};

[[nodiscard]] JudgedLine judge_line(const VendorLine& line, const Rules& rules);

// 32 hex digits, upper or lower case.
[[nodiscard]] std::optional<Suid> read_suid(std::string_view text);
// 1024 characters of base64 for 768 bytes, strictly.
[[nodiscard]] bool read_receipt(std::string_view text, ReceiptBytes& receipt);

}  // namespace quittance::simulators
