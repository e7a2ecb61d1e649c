// Packs the envelope and makes receipts of it.
#include "simulators/kph.h"

#include <algorithm>
#include <cstring>

namespace quittance::simulators {
namespace {

template <class Integer>
std::uint8_t* put(std::uint8_t* at, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) *at++ = static_cast<std::uint8_t>(value >> (8 * i));
  return at;
}

template <class Integer>
const std::uint8_t* get(const std::uint8_t* at, Integer& value) {
  value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) value |= static_cast<Integer>(Integer{*at++} << (8 * i));
  return at;
}

}  // namespace

std::array<std::uint8_t, kEnvelopeSize> pack(const Envelope& envelope) {
  std::array<std::uint8_t, kEnvelopeSize> bytes{};
  std::uint8_t* at = put(bytes.data(), envelope.version);
  at = put(at, envelope.kph);
  at = std::copy(envelope.suid.begin(), envelope.suid.end(), at);
  at = std::copy(envelope.soc_key.begin(), envelope.soc_key.end(), at);
  at = put(at, envelope.key_id);
  at = put(at, envelope.serial);
  put(at, envelope.time);
  return bytes;
}

std::optional<Envelope> unpack(ByteView bytes) {
  if (bytes.size() != kEnvelopeSize) return std::nullopt;
  Envelope envelope;
  const std::uint8_t* at = get(bytes.data(), envelope.version);
  if (envelope.version != kEnvelopeVersion) return std::nullopt;
  at = get(at, envelope.kph);
  std::copy_n(at, envelope.suid.size(), envelope.suid.begin());
  at += envelope.suid.size();
  std::copy_n(at, envelope.soc_key.size(), envelope.soc_key.begin());
  at += envelope.soc_key.size();
  at = get(at, envelope.key_id);
  at = get(at, envelope.serial);
  get(at, envelope.time);
  return envelope;
}

ReceiptBytes Kph::bind(Envelope envelope) {
  envelope.kph = id_;
  ReceiptBytes receipt{};
  const std::span<std::uint8_t> whole = receipt;
  sealing_.encrypt(pack(envelope), whole.first(kSealedSize));
  signing_.sign(whole.first(kSealedSize), whole.subspan(kSealedSize));
  return receipt;
}

}  // namespace quittance::simulators
