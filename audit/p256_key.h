// A public P-256 key out of whatever file people have it in.
#pragma once

#include <array>
#include <memory>

#include "base/file.h"
#include "records/tp_container.h"

struct evp_pkey_st;

namespace quittance::audit {

using Point = std::array<std::uint8_t, kPointBytes>;  // X, Y, big-endian

// A public key, private key or certificate, in PEM or DER, or 64 raw bytes X, Y. Of a private key only
// the public half is kept. Throws Failure(machine) when it is none of these, encrypted, or not P-256.
[[nodiscard]] Point read_p256_key(const Path& file);

// Whether the point lies on the curve.
[[nodiscard]] bool is_on_curve(ByteView point);

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
[[nodiscard]] std::unique_ptr<evp_pkey_st, FreeKey> openssl_key(const Point& point);

}  // namespace quittance::audit
