// One record of an audit log: its fields, its hash, and the two forms of its signature.
//
//   new_hash  = SHA-256(nxp_cert, oem_cert_0..3 that are there, prod_counter, start_hash)
//   signature = ECDSA P-256 with SHA-256 over the 32 bytes of new_hash, which are so hashed again
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/digest.h"

namespace quittance {

inline constexpr std::size_t kOemColumns = 4;
inline constexpr std::size_t kCounterBytes = 4;
inline constexpr std::size_t kRawSignatureBytes = 64;

using RawSignature = std::array<std::uint8_t, kRawSignatureBytes>;  // r, s, big-endian

// Views into bytes of somebody else. An OEM certificate that is not there is empty.
struct AuditRecord {
  ByteView nxp_cert;
  std::array<ByteView, kOemColumns> oem_certs;
  ByteView counter;
  ByteView start_hash;
  ByteView signature;
};

[[nodiscard]] Digest new_hash(const AuditRecord& record);
// What the signature of a record with this hash signs.
[[nodiscard]] Digest signed_digest(const Digest& new_hash);
// Big-endian; nothing unless it is exactly four bytes.
[[nodiscard]] std::optional<std::uint32_t> audit_counter(ByteView field);

enum class SignatureForm : std::uint8_t { wrong, raw, der };

// 64 bytes are r and s; any other length must be DER (as SPSDK 2 reads it), here in its one strict
// spelling, with r and s of 32 bytes at most. `out` is set unless the form is wrong.
[[nodiscard]] SignatureForm read_signature(ByteView field, RawSignature& out);
// The strict spelling of SEQUENCE { INTEGER r, INTEGER s }. `early`: r and s may be negative, as early
// cards wrote them, and are read without a sign.
[[nodiscard]] bool raw_from_der(ByteView der, bool early, RawSignature& out);

}  // namespace quittance
