// Reading DER item by item: definite lengths in their shortest form, tags of one byte. Nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace quittance {

inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerBitString = 0x03;
inline constexpr std::uint8_t kDerSequence = 0x30;
inline constexpr std::uint8_t kDerSet = 0x31;

struct DerItem {
  std::uint8_t tag = 0;
  ByteView content;
  ByteView whole;  // with tag and length
};

class DerReader {
 public:
  explicit DerReader(ByteView bytes) : rest_(bytes) {}
  // Nothing at the end, and where the next bytes are no item.
  [[nodiscard]] std::optional<DerItem> next();
  // The next item if it has this tag.
  [[nodiscard]] std::optional<DerItem> next(std::uint8_t tag);
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

// Whether the bytes are exactly one item, neither cut nor followed by anything.
[[nodiscard]] bool is_one_der_item(ByteView bytes, std::uint8_t tag);

}  // namespace quittance
