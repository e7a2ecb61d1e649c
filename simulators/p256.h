// P-256 keys of a card, its makers and its devices, and ECDSA with SHA-256. Keys come out of a seed, and
// the nonce of a signature out of key and digest, so that the same seed writes the same bytes. OpenSSL
// does the arithmetic. Good for nothing but simulators: whoever has the seed has the keys.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"

struct bignum_ctx;
struct ec_group_st;
struct ec_key_st;
struct evp_pkey_st;

namespace quittance::simulators {

using Scalar = std::array<std::uint8_t, 32>;        // big-endian
using Point = std::array<std::uint8_t, 64>;         // X || Y, each big-endian
using RawSignature = std::array<std::uint8_t, 64>;  // r || s, each big-endian

class P256Key {
 public:
  [[nodiscard]] static P256Key from_seed(std::string_view seed);
  // Throw Failure(machine) when the file is not such a key in PEM.
  [[nodiscard]] static P256Key read_private(const Path& pem_file);
  [[nodiscard]] static P256Key read_public(const Path& pem_file);
  [[nodiscard]] std::string private_pem() const;
  [[nodiscard]] std::string public_pem() const;
  [[nodiscard]] Point point() const;
  [[nodiscard]] bool verify(ByteView message, const RawSignature& signature) const;
  [[nodiscard]] evp_pkey_st* get() const { return key_.get(); }

 private:
  explicit P256Key(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

// A private key made ready to sign many messages; one per thread.
class P256Signer {
 public:
  explicit P256Signer(const P256Key& private_key);
  [[nodiscard]] RawSignature sign(ByteView message);  // ECDSA over SHA-256 of the message

 private:
  struct Free {
    void operator()(ec_key_st*) const;
    void operator()(bignum_ctx*) const;
  };
  std::unique_ptr<ec_key_st, Free> key_;
  std::unique_ptr<bignum_ctx, Free> numbers_;
  Scalar secret_{};
};

// Public points out of secret scalars; one per thread.
class PointMaker {
 public:
  PointMaker();
  [[nodiscard]] Point make(const Scalar& scalar);  // never zero or the order of the group: a drawn one is not

 private:
  struct Free {
    void operator()(ec_group_st*) const;
    void operator()(bignum_ctx*) const;
  };
  std::unique_ptr<ec_group_st, Free> group_;
  std::unique_ptr<bignum_ctx, Free> numbers_;
};

// The other signature over the same message: (r, n - s).
[[nodiscard]] RawSignature malleable_twin(const RawSignature& signature);

}  // namespace quittance::simulators
