// The envelope of an SD.Receipt as the stand-in KPH makes it, and the KPH that makes it.
//
//   bytes 0..511    RSA-4096 OAEP under the vendor's key over the 76 bytes of the envelope
//   bytes 512..767  RSA-2048 PSS by the KPH over bytes 0..511
#pragma once

#include <array>
#include <optional>

#include "simulators/keys.h"

namespace quittance::simulators {

inline constexpr std::size_t kReceiptSize = 768;
inline constexpr std::size_t kSealedSize = 512;
inline constexpr std::size_t kEnvelopeSize = 76;
inline constexpr std::uint32_t kEnvelopeVersion = 1;

using Suid = std::array<std::uint8_t, 16>;
using ReceiptBytes = std::array<std::uint8_t, kReceiptSize>;

struct Envelope {
  std::uint32_t version = kEnvelopeVersion;
  std::uint32_t kph = 0;
  Suid suid{};
  std::array<std::uint8_t, 32> soc_key{};  // K.SoC.Auth
  std::uint32_t key_id = 0;                // KID
  std::uint64_t serial = 0;
  std::uint64_t time = 0;  // seconds, UTC
};

// The 76 bytes, little endian, and back; nothing when the size or the version is another.
[[nodiscard]] std::array<std::uint8_t, kEnvelopeSize> pack(const Envelope& envelope);
[[nodiscard]] std::optional<Envelope> unpack(ByteView bytes);

// Makes receipts. One per thread.
class Kph {
 public:
  Kph(const KphKey& own, const RsaKey& vendor_public)
      : id_(own.id), sealing_(vendor_public), signing_(own.key) {}
  // Binds a device: the envelope gets this KPH's id.
  [[nodiscard]] ReceiptBytes bind(Envelope envelope);

 private:
  std::uint32_t id_;
  OaepEncryption sealing_;
  PssSigning signing_;
};

}  // namespace quittance::simulators
