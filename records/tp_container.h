// The NXP identity record of a die, as the column nxp_cert holds it: a container of the trust
// provisioning, 200 bytes (LPC55S0x to S6x) or 272 bytes (LPC55S36, MCXN). All integers are
// little-endian.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/p256_key.h"
#include "records/audit_record.h"

namespace quittance {

// Whether the bytes say themselves where they end: the tag of a container, and the length that its
// header states. Without it bytes could be moved into the next column and the hash stay the same.
[[nodiscard]] bool is_one_container(ByteView bytes);

// What is known of the content. Views into the bytes that were read.
struct DieIdentity {
  ByteView key;          // NXP_DIE_ID_AUTH_PUK: X, Y
  ByteView attest_key;   // NXP_DIE_ATTEST_AUTH_PUK, empty in the shorter form
  ByteView uid;          // NXP_DIE_ECID_ID_UID, 16 bytes
  ByteView uuid;         // NXP_DIE_RFC4122v4_ID_UUID, 16 bytes; certificates name it
  ByteView signed_part;  // what the signature covers: all before it, as it stands in the file
  RawSignature signature{};
};

// Nothing unless every byte has its place: version 1.0, known entries, each once, padding and reserved
// bytes zero, an ECDSA P-256 signature at the end.
[[nodiscard]] std::optional<DieIdentity> read_die_identity(ByteView bytes);

}  // namespace quittance
