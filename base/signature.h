// Signature checks through OpenSSL.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file.h"

struct evp_pkey_st;

namespace quittance {

// A public key out of a PEM file. Throws Failure(machine) when it can't be read.
class PublicKey {
 public:
  [[nodiscard]] static PublicKey read(const Path& pem_file);
  [[nodiscard]] bool is_rsa(int bits) const;
  // RSA PSS with SHA-256, MGF1-SHA-256 and this salt length in bytes, over `message`.
  [[nodiscard]] bool verify_pss_sha256(ByteView message, ByteView signature, int salt) const;

 private:
  explicit PublicKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace quittance
