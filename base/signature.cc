// RSA PSS signature checks through OpenSSL, with every parameter given so that none comes from the
// message or from a default.
#include "base/signature.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/fault.h"

namespace quittance {
namespace {

constexpr std::size_t kLargestPem = 64 * 1024;

// An encrypted file must fail, not ask the terminal for a password in the middle of the night.
int no_password(char*, int, int, void*) { return -1; }

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool use_pss(EVP_PKEY_CTX* parameters, int salt) {
  return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1;
}

}  // namespace

PublicKey::PublicKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

PublicKey PublicKey::read(const Path& pem_file) {
  const std::string text = read_small_file(pem_file, kLargestPem);
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  EVP_PKEY* key = bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr) : nullptr;
  ERR_clear_error();
  if (key == nullptr) {
    throw machine_failure("machine.public-key", pem_file.string(),
                          "it holds no public key that can be read; expected PEM that begins with "
                          "\"-----BEGIN PUBLIC KEY-----\"",
                          "put the public key of the other side there");
  }
  return PublicKey(key);
}

bool PublicKey::is_rsa(int bits) const {
  return EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key_.get()) == bits;
}

bool PublicKey::verify_pss_sha256(ByteView message, ByteView signature, int salt) const {
  if (EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_RSA) return false;
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // belongs to the context
  if (!context || EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key_.get()) != 1 ||
      !use_pss(parameters, salt)) {
    ERR_clear_error();
    throw program_failure("RSA PSS", "OpenSSL refused to check a signature");
  }
  const int result =
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size());
  ERR_clear_error();  // a wrong signature leaves errors behind that belong to nobody
  return result == 1;
}

}  // namespace quittance
