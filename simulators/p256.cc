// P-256 on OpenSSL. Only the old interface lets the caller choose the nonce (ECDSA_do_sign_ex); the new
// one learns it in OpenSSL 3.2.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "simulators/p256.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/fault.h"
#include "simulators/der.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kPemLimit = 64 * 1024;

template <class Type, void (*free_it)(Type*)>
struct Freeing {
  void operator()(Type* one) const { free_it(one); }
};
using Number = std::unique_ptr<BIGNUM, Freeing<BIGNUM, BN_clear_free>>;
using EcKey = std::unique_ptr<EC_KEY, Freeing<EC_KEY, EC_KEY_free>>;
using EcPoint = std::unique_ptr<EC_POINT, Freeing<EC_POINT, EC_POINT_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freeing<ECDSA_SIG, ECDSA_SIG_free>>;
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

void must(bool good, const char* doing) {
  if (good) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw program_failure("P-256", std::string(doing) + " failed: " + text);
}

Number number_of(ByteView big_endian) {
  Number number(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
  must(number != nullptr, "making a number");
  return number;
}

void put(const BIGNUM* number, std::span<std::uint8_t> out) {
  must(BN_bn2binpad(number, out.data(), static_cast<int>(out.size())) == static_cast<int>(out.size()),
       "writing a number");
}

Point coordinates(const EC_GROUP* group, const EC_POINT* point, BN_CTX* numbers) {
  std::array<std::uint8_t, 65> octets{};
  must(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets.data(), octets.size(),
                          numbers) == octets.size(),
       "writing a point");
  Point out{};
  std::copy(octets.begin() + 1, octets.end(), out.begin());
  return out;
}

EcPoint times_generator(const EC_GROUP* group, const BIGNUM* scalar, BN_CTX* numbers) {
  EcPoint point(EC_POINT_new(group));
  must(point != nullptr, "making a point");
  must(EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, numbers) == 1, "multiplying");
  return point;
}

EVP_PKEY* wrapped(EcKey key) {
  EVP_PKEY* out = EVP_PKEY_new();
  must(out != nullptr && EVP_PKEY_assign_EC_KEY(out, key.get()) == 1, "making a key");
  static_cast<void>(key.release());
  return out;
}

const EC_KEY* inside(const P256Key& key) { return EVP_PKEY_get0_EC_KEY(key.get()); }

// The curve's order is just below 2^256: one number in four thousand million does not fit.
Number fitting(const EC_GROUP* group, ByteView drawn) {
  for (Digest bytes = sha256(drawn);; bytes = sha256(bytes)) {
    Number number = number_of(bytes);
    if (!BN_is_zero(number.get()) && BN_cmp(number.get(), EC_GROUP_get0_order(group)) < 0) return number;
  }
}

bool is_p256(EVP_PKEY* key) {
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
  return ec != nullptr && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) == NID_X9_62_prime256v1;
}

Failure unreadable(const Path& file) {
  ERR_clear_error();
  return machine_failure("sim.key", file.string(), "this is not a P-256 key in a PEM file",
                         "name a folder of keys that the card made with --keys");
}

template <class Read>
EVP_PKEY* read_key(const Path& file, Read read) {
  const std::string text = read_small_file(file, kPemLimit);
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(bio != nullptr, "making a memory buffer");
  EVP_PKEY* key = read(bio.get(), nullptr, nullptr, nullptr);
  if (key != nullptr && is_p256(key)) return key;
  EVP_PKEY_free(key);
  throw unreadable(file);
}

template <class Write>
std::string pem(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(bio != nullptr && write(bio.get()) == 1, "writing a key");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

P256Key::P256Key(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

P256Key P256Key::from_seed(std::string_view seed) {
  EcKey key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  must(key != nullptr, "making a key");
  const EC_GROUP* group = EC_KEY_get0_group(key.get());
  const Number secret = fitting(group, as_bytes(seed));
  const EcPoint point = times_generator(group, secret.get(), nullptr);
  must(EC_KEY_set_private_key(key.get(), secret.get()) == 1 &&
           EC_KEY_set_public_key(key.get(), point.get()) == 1,
       "making a key");
  return P256Key(wrapped(std::move(key)));
}

P256Key P256Key::read_private(const Path& pem_file) {
  return P256Key(read_key(pem_file, PEM_read_bio_PrivateKey));
}

P256Key P256Key::read_public(const Path& pem_file) {
  return P256Key(read_key(pem_file, PEM_read_bio_PUBKEY));
}

std::string P256Key::private_pem() const {
  return pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string P256Key::public_pem() const {
  return pem([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key_.get()); });
}

Point P256Key::point() const {
  const EC_KEY* key = inside(*this);
  return coordinates(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), nullptr);
}

bool P256Key::verify(ByteView message, const RawSignature& signature) const {
  const Digest digest = sha256(message);
  const Bytes encoded = der_signature(signature);
  EC_KEY* key = const_cast<EC_KEY*>(inside(*this));  // the old interface takes it so and does not change it
  const int answer = ECDSA_verify(0, digest.data(), static_cast<int>(digest.size()), encoded.data(),
                                  static_cast<int>(encoded.size()), key);
  ERR_clear_error();
  return answer == 1;
}

void P256Signer::Free::operator()(ec_key_st* key) const { EC_KEY_free(key); }
void P256Signer::Free::operator()(bignum_ctx* numbers) const { BN_CTX_free(numbers); }

P256Signer::P256Signer(const P256Key& private_key)
    : key_(EC_KEY_dup(inside(private_key))), numbers_(BN_CTX_new()) {
  must(key_ != nullptr && numbers_ != nullptr, "making a key ready");
  const BIGNUM* secret = EC_KEY_get0_private_key(key_.get());
  if (secret == nullptr) throw program_failure("P-256", "a public key was given to sign with");
  put(secret, secret_);
}

RawSignature P256Signer::sign(ByteView message) {
  const Digest digest = sha256(message);
  const EC_GROUP* group = EC_KEY_get0_group(key_.get());
  std::array<std::uint8_t, 64> drawn{};
  std::copy(secret_.begin(), secret_.end(), drawn.begin());
  std::copy(digest.begin(), digest.end(), drawn.begin() + 32);
  const Number nonce = fitting(group, drawn);
  const EcPoint point = times_generator(group, nonce.get(), numbers_.get());
  const Point place = coordinates(group, point.get(), numbers_.get());
  const Number r = number_of(ByteView(place).first(32));
  const Number inverse(BN_new());
  must(inverse != nullptr, "making a number");
  must(BN_nnmod(r.get(), r.get(), EC_GROUP_get0_order(group), numbers_.get()) == 1 &&
           BN_mod_inverse(inverse.get(), nonce.get(), EC_GROUP_get0_order(group), numbers_.get()) != nullptr,
       "preparing a signature");
  const Signature made(
      ECDSA_do_sign_ex(digest.data(), static_cast<int>(digest.size()), inverse.get(), r.get(), key_.get()));
  must(made != nullptr, "signing");
  RawSignature out{};
  put(ECDSA_SIG_get0_r(made.get()), std::span(out).first(32));
  put(ECDSA_SIG_get0_s(made.get()), std::span(out).last(32));
  return out;
}

void PointMaker::Free::operator()(ec_group_st* group) const { EC_GROUP_free(group); }
void PointMaker::Free::operator()(bignum_ctx* numbers) const { BN_CTX_free(numbers); }

PointMaker::PointMaker() : group_(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)), numbers_(BN_CTX_new()) {
  must(group_ != nullptr && numbers_ != nullptr, "making the curve ready");
}

Point PointMaker::make(const Scalar& scalar) {
  const Number number = number_of(scalar);
  return coordinates(group_.get(), times_generator(group_.get(), number.get(), numbers_.get()).get(),
                     numbers_.get());
}

RawSignature malleable_twin(const RawSignature& signature) {
  const EcKey curve(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  must(curve != nullptr, "making the curve ready");
  const Number s = number_of(ByteView(signature).last(32));
  must(BN_sub(s.get(), EC_GROUP_get0_order(EC_KEY_get0_group(curve.get())), s.get()) == 1, "subtracting");
  RawSignature twin = signature;
  put(s.get(), std::span(twin).last(32));
  return twin;
}

}  // namespace quittance::simulators
