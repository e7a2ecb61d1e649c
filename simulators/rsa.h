// RSA through OpenSSL's EVP: keys, OAEP and PSS, all with SHA-256 and MGF1-SHA-256.
// A key may be shared by threads; each of the four operations belongs to one thread.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file.h"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace quittance::simulators {

inline constexpr int kPssSalt = 32;  // bytes

class RsaKey {
 public:
  [[nodiscard]] static RsaKey generate(int bits);
  // Throw Failure(machine) when the file is not such a PEM file.
  [[nodiscard]] static RsaKey read_private(const Path& pem_file);
  [[nodiscard]] static RsaKey read_public(const Path& pem_file);
  [[nodiscard]] std::string private_pem() const;
  [[nodiscard]] std::string public_pem() const;
  [[nodiscard]] evp_pkey_st* get() const { return key_.get(); }

 private:
  explicit RsaKey(evp_pkey_st* key);
  std::shared_ptr<evp_pkey_st> key_;
};

// A prepared operation on one key.
class RsaOperation {
 protected:
  using Prepare = int (*)(evp_pkey_ctx_st*);
  RsaOperation(const RsaKey& key, Prepare prepare, int padding);
  struct Free {
    void operator()(evp_pkey_ctx_st*) const;
  };
  std::unique_ptr<evp_pkey_ctx_st, Free> context_;
};

class OaepEncryption : RsaOperation {
 public:
  explicit OaepEncryption(const RsaKey& public_key);
  // `out` has the size of the modulus.
  void encrypt(ByteView plain, std::span<std::uint8_t> out);
};

class OaepDecryption : RsaOperation {
 public:
  explicit OaepDecryption(const RsaKey& private_key);
  [[nodiscard]] bool decrypt(ByteView cipher, Bytes& plain);
};

class PssSigning : RsaOperation {
 public:
  explicit PssSigning(const RsaKey& private_key);
  // `out` has the size of the modulus.
  void sign(ByteView message, std::span<std::uint8_t> out);
};

class PssVerification : RsaOperation {
 public:
  explicit PssVerification(const RsaKey& public_key);
  [[nodiscard]] bool verify(ByteView message, ByteView signature);
};

}  // namespace quittance::simulators
