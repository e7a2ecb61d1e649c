// Dies and their TP containers.
#include "simulators/die.h"

#include <algorithm>

namespace quittance::simulators {
namespace {

// Streams of the seed.
constexpr std::uint32_t kIdentity = 100;
constexpr std::uint32_t kAttestation = 101;
constexpr std::uint32_t kUid = 102;
constexpr std::uint32_t kUuid = 103;

// Types of entries, and their tags.
constexpr std::uint16_t kIdentityKey = 0x9966;
constexpr std::uint16_t kAttestationKey = 0x9999;
constexpr std::uint16_t kUidEntry = 0x0f0f;
constexpr std::uint16_t kUuidEntry = 0x9696;
constexpr std::uint16_t kEcdsaSha256 = 0x0020;
constexpr std::uint8_t kPlain = 0xa0;
constexpr std::uint8_t kAuthentication = 0xc0;

void put16(Bytes& out, std::size_t value) {  // little-endian
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

void entry_header(Bytes& out, std::size_t size, std::uint8_t tag, std::uint16_t type) {
  put16(out, size);
  out.push_back(0);
  out.push_back(tag);
  put16(out, 0);
  put16(out, type);
}

void entry(Bytes& out, std::uint16_t type, ByteView payload) {
  entry_header(out, payload.size(), kPlain, type);
  out.insert(out.end(), payload.begin(), payload.end());
}

}  // namespace

Point DieMaker::point(std::uint32_t stream, std::uint64_t number) {
  Scalar secret{};
  bytes_.draw(stream, number, secret);
  return points_.make(secret);
}

Die DieMaker::make(std::uint64_t number) {
  Die die;
  die.identity = point(kIdentity, number);
  die.attestation = point(kAttestation, number);
  bytes_.draw(kUid, number, die.uid);
  bytes_.draw(kUuid, number, die.uuid);
  die.uuid[6] = static_cast<std::uint8_t>((die.uuid[6] & 0x0fU) | 0x40U);
  die.uuid[8] = static_cast<std::uint8_t>((die.uuid[8] & 0x3fU) | 0x80U);
  return die;
}

Bytes die_certificate(const Die& die, std::size_t size, P256Signer* signer) {
  Bytes out = {0, 0, 1, 0x33};  // version 1.0.0, tag
  out.reserve(size);
  put16(out, size - 8);
  put16(out, 0);
  entry(out, kIdentityKey, die.identity);
  if (size == kLongDieCertificate) entry(out, kAttestationKey, die.attestation);
  entry(out, kUidEntry, die.uid);
  entry(out, kUuidEntry, die.uuid);
  entry_header(out, 64, kAuthentication, kEcdsaSha256);
  const RawSignature signature = signer != nullptr ? signer->sign(out) : die.attestation;
  out.insert(out.end(), signature.begin(), signature.end());
  return out;
}

}  // namespace quittance::simulators
