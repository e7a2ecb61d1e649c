// Keys and signatures of the tests: made by OpenSSL's own signing, which the code under test never uses.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

#include "audit/verify_engine.h"
#include "base/p256_key.h"

namespace quittance::audit {

class Signer {
 public:
  Signer() : key_(EVP_EC_gen("P-256")) {
    if (!key_) throw std::runtime_error("no key");
  }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
  [[nodiscard]] Point point() const {
    std::uint8_t* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    Point point{};
    std::copy(der + size - static_cast<int>(point.size()), der + size, point.begin());
    OPENSSL_free(der);
    return point;
  }
  // Signs the digest as it is.
  [[nodiscard]] Bytes der(const Digest& digest) const {
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new(key_.get(), nullptr);
    Bytes out(80);
    std::size_t size = out.size();
    const bool done = EVP_PKEY_sign_init(context) == 1 &&
                      EVP_PKEY_sign(context, out.data(), &size, digest.data(), digest.size()) == 1;
    EVP_PKEY_CTX_free(context);
    if (!done) throw std::runtime_error("no signature");
    out.resize(size);
    return out;
  }
  [[nodiscard]] RawSignature raw(const Digest& digest) const {
    RawSignature out{};
    if (!raw_from_der(der(digest), false, out)) throw std::runtime_error("strange signature");
    return out;
  }
  [[nodiscard]] SignedDigest item(std::uint64_t number) const {
    const Digest digest = sha256(std::to_string(number));
    return {digest, raw(digest)};
  }

 private:
  std::unique_ptr<EVP_PKEY, FreeKey> key_;
};

}  // namespace quittance::audit
