// The little DER that the simulators write themselves, well-formed or as early cards wrote it.
#pragma once

#include <initializer_list>

#include "base/bytes.h"
#include "simulators/p256.h"

namespace quittance::simulators {

inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerBitString = 0x03;
inline constexpr std::uint8_t kDerSequence = 0x30;

// Tag, length in the shortest form, and the parts one behind the other.
[[nodiscard]] Bytes der(std::uint8_t tag, std::initializer_list<ByteView> parts);
// SEQUENCE of two shortest INTEGERs.
[[nodiscard]] Bytes der_signature(const RawSignature& signature);
// The same as early cards wrote it: always 32 octets each, so negative when the top bit is set.
[[nodiscard]] Bytes early_der_signature(const RawSignature& signature);

}  // namespace quittance::simulators
