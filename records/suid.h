// The SUID: 16 bytes that name a chip for ever. Text form: 32 hex digits, written in lower case
// (manual chapter 1 and 4.3.1).
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace quittance {

struct Suid {
  std::array<std::uint8_t, 16> bytes{};

  // 32 hex digits of either case, nothing else.
  [[nodiscard]] static std::optional<Suid> parse(std::string_view text);
  [[nodiscard]] static Suid from(ByteView sixteen);
  [[nodiscard]] std::string text() const { return to_hex(bytes); }
  auto operator<=>(const Suid&) const = default;
};

}  // namespace quittance
