#include "audit/p256_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <string>

#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kLargestKeyFile = 64 * 1024;
constexpr const char* kCurve = "prime256v1";
constexpr const char* kMend =
    "name the public key of the card's audit log (or of its CA): PEM, DER, a certificate, or 64 bytes X, Y";

using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// An encrypted file must fail, not ask the terminal for a password.
int no_password(char*, int, int, void*) { return -1; }

Key from_certificate(X509* certificate) {
  Key key(certificate != nullptr ? X509_get_pubkey(certificate) : nullptr);
  X509_free(certificate);
  return key;
}

using Reader = Key (*)(BIO*);
constexpr Reader kReaders[] = {
    [](BIO* bio) { return Key(PEM_read_bio_PUBKEY(bio, nullptr, no_password, nullptr)); },
    [](BIO* bio) { return Key(PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr)); },
    [](BIO* bio) { return from_certificate(PEM_read_bio_X509(bio, nullptr, no_password, nullptr)); },
    [](BIO* bio) { return Key(d2i_PUBKEY_bio(bio, nullptr)); },
    [](BIO* bio) { return Key(d2i_PrivateKey_bio(bio, nullptr)); },
    [](BIO* bio) { return from_certificate(d2i_X509_bio(bio, nullptr)); },
};

Key read_any(const std::string& text) {
  for (const Reader read : kReaders) {
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (Key key = bio ? read(bio.get()) : nullptr) return key;
  }
  return nullptr;
}

Failure wrong_key(const Path& file, const std::string& problem) {
  return machine_failure("machine.key", file.string(), problem, kMend);
}

Point point_of(EVP_PKEY* key, const Path& file) {
  char group[64] = "";
  if (EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1 || std::string_view(group) != kCurve) {
    throw wrong_key(file, "the key is not on the curve P-256, on which these cards sign");
  }
  std::array<std::uint8_t, 1 + kPointBytes> encoded{};
  std::size_t size = 0;
  EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
  const bool done = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                                    encoded.size(), &size) == 1;
  if (!done || size != encoded.size() || encoded[0] != 4)
    throw wrong_key(file, "the public half of the key can't be read");
  Point point{};
  std::copy(encoded.begin() + 1, encoded.end(), point.begin());
  return point;
}

std::array<std::uint8_t, 1 + kPointBytes> encoded(ByteView point) {
  std::array<std::uint8_t, 1 + kPointBytes> out{4};
  std::copy(point.begin(), point.end(), out.begin() + 1);
  return out;
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

bool is_on_curve(ByteView point) {
  static EC_GROUP* const kGroup = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);  // lives as long as we
  if (kGroup == nullptr || point.size() != kPointBytes) return false;
  EC_POINT* const place = EC_POINT_new(kGroup);
  const auto bytes = encoded(point);
  const bool is_on =
      place != nullptr && EC_POINT_oct2point(kGroup, place, bytes.data(), bytes.size(), nullptr) == 1;
  EC_POINT_free(place);
  if (!is_on) ERR_clear_error();
  return is_on;
}

Point read_p256_key(const Path& file) {
  std::string text = read_small_file(file, kLargestKeyFile);
  Point point{};
  if (text.size() == point.size() && is_on_curve(as_bytes(text))) {
    std::ranges::copy(as_bytes(text), point.begin());
    return point;
  }
  const Key key = read_any(text);
  OPENSSL_cleanse(text.data(), text.size());  // it may have been a private key
  ERR_clear_error();
  if (!key) throw wrong_key(file, "it holds no key that can be read (an encrypted one can't)");
  return point_of(key.get(), file);
}

std::unique_ptr<evp_pkey_st, FreeKey> openssl_key(const Point& point) {
  const auto bytes = encoded(point);
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(kCurve), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(bytes.data()),
                                        bytes.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
  EVP_PKEY* key = nullptr;
  const bool done = context != nullptr && EVP_PKEY_fromdata_init(context) == 1 &&
                    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
  EVP_PKEY_CTX_free(context);
  if (!done) throw program_failure("P-256", "OpenSSL refused a public key that it had read itself");
  return std::unique_ptr<evp_pkey_st, FreeKey>(key);
}

}  // namespace quittance::audit
