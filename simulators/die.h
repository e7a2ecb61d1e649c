// A die and the identity certificate that the chip maker put into it: a TP container of 200 bytes, or of
// 272 with an attestation key (LPC55S36, MCXN). Depends on nothing but a seed and its number.
#pragma once

#include <cstdint>
#include <string_view>

#include "simulators/p256.h"
#include "simulators/seeded_bytes.h"

namespace quittance::simulators {

using Uuid = std::array<std::uint8_t, 16>;

inline constexpr std::size_t kDieCertificate = 200;      // bytes
inline constexpr std::size_t kLongDieCertificate = 272;  // bytes, with the attestation key
inline constexpr std::size_t kDieUid = 88;               // offset of the UID in the 200 bytes

struct Die {
  Point identity{};     // public key that identifies it
  Point attestation{};  // only in the long certificate
  Uuid uid{};
  Uuid uuid{};  // RFC 4122, version 4
};

class DieMaker {
 public:
  explicit DieMaker(std::string_view seed) : bytes_(seed) {}
  [[nodiscard]] Die make(std::uint64_t number);

 private:
  [[nodiscard]] Point point(std::uint32_t stream, std::uint64_t number);
  SeededBytes bytes_;
  PointMaker points_;
};

// `size` is one of the two. Signed by the key of the chip family, or with 64 drawn bytes in place of a
// signature when `signer` is none.
[[nodiscard]] Bytes die_certificate(const Die& die, std::size_t size, P256Signer* signer);

}  // namespace quittance::simulators
