// RSA keys and operations on OpenSSL's EVP interface.
#include "simulators/rsa.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/digest.h"
#include "base/fault.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kPemLimit = 64 * 1024;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

void must(bool good, const char* doing) {
  if (good) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw program_failure("RSA", std::string(doing) + " failed: " + text);
}

Failure unreadable(const Path& file) {
  ERR_clear_error();
  return machine_failure("sim.key", file.string(), "this is not an RSA key in a PEM file",
                         "remove the folder of keys, new ones are made then");
}

std::string content(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio memory_of(const std::string& text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(bio != nullptr, "making a memory buffer");
  return bio;
}

}  // namespace

RsaKey::RsaKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

RsaKey RsaKey::generate(int bits) {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  must(key != nullptr, "making a key");
  return RsaKey(key);
}

RsaKey RsaKey::read_private(const Path& pem_file) {
  const std::string text = read_small_file(pem_file, kPemLimit);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(memory_of(text).get(), nullptr, nullptr, nullptr);
  if (key == nullptr) throw unreadable(pem_file);
  return RsaKey(key);
}

RsaKey RsaKey::read_public(const Path& pem_file) {
  const std::string text = read_small_file(pem_file, kPemLimit);
  EVP_PKEY* key = PEM_read_bio_PUBKEY(memory_of(text).get(), nullptr, nullptr, nullptr);
  if (key == nullptr) throw unreadable(pem_file);
  return RsaKey(key);
}

std::string RsaKey::private_pem() const {
  Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "writing a key");
  return content(bio);
}

std::string RsaKey::public_pem() const {
  Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PUBKEY(bio.get(), get()) == 1, "writing a public key");
  return content(bio);
}

void RsaOperation::Free::operator()(evp_pkey_ctx_st* context) const { EVP_PKEY_CTX_free(context); }

RsaOperation::RsaOperation(const RsaKey& key, Prepare prepare, int padding)
    : context_(EVP_PKEY_CTX_new(key.get(), nullptr)) {
  must(context_ && prepare(context_.get()) == 1, "preparing a key");
  must(EVP_PKEY_CTX_set_rsa_padding(context_.get(), padding) == 1, "setting the padding");
  must(EVP_PKEY_CTX_set_rsa_mgf1_md(context_.get(), EVP_sha256()) == 1, "setting MGF1-SHA-256");
  if (padding == RSA_PKCS1_OAEP_PADDING) {
    must(EVP_PKEY_CTX_set_rsa_oaep_md(context_.get(), EVP_sha256()) == 1, "setting SHA-256");
  } else {
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(context_.get(), kPssSalt) == 1, "setting the salt");
    must(EVP_PKEY_CTX_set_signature_md(context_.get(), EVP_sha256()) == 1, "setting SHA-256");
  }
}

OaepEncryption::OaepEncryption(const RsaKey& public_key)
    : RsaOperation(public_key, EVP_PKEY_encrypt_init, RSA_PKCS1_OAEP_PADDING) {}

void OaepEncryption::encrypt(ByteView plain, std::span<std::uint8_t> out) {
  std::size_t size = out.size();
  must(EVP_PKEY_encrypt(context_.get(), out.data(), &size, plain.data(), plain.size()) == 1 &&
           size == out.size(),
       "encrypting");
}

OaepDecryption::OaepDecryption(const RsaKey& private_key)
    : RsaOperation(private_key, EVP_PKEY_decrypt_init, RSA_PKCS1_OAEP_PADDING) {}

bool OaepDecryption::decrypt(ByteView cipher, Bytes& plain) {
  plain.resize(cipher.size());
  std::size_t size = plain.size();
  const bool good = EVP_PKEY_decrypt(context_.get(), plain.data(), &size, cipher.data(), cipher.size()) == 1;
  ERR_clear_error();  // a foreign receipt is no error of ours
  plain.resize(good ? size : 0);
  return good;
}

PssSigning::PssSigning(const RsaKey& private_key)
    : RsaOperation(private_key, EVP_PKEY_sign_init, RSA_PKCS1_PSS_PADDING) {}

void PssSigning::sign(ByteView message, std::span<std::uint8_t> out) {
  const Digest digest = sha256(message);
  std::size_t size = out.size();
  must(EVP_PKEY_sign(context_.get(), out.data(), &size, digest.data(), digest.size()) == 1 &&
           size == out.size(),
       "signing");
}

PssVerification::PssVerification(const RsaKey& public_key)
    : RsaOperation(public_key, EVP_PKEY_verify_init, RSA_PKCS1_PSS_PADDING) {}

bool PssVerification::verify(ByteView message, ByteView signature) {
  const Digest digest = sha256(message);
  const bool good =
      EVP_PKEY_verify(context_.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace quittance::simulators
