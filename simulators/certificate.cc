// Certificates through OpenSSL's X.509, which builds what is to be signed; der.h puts the signature to it.
#include "simulators/certificate.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

#include "base/fault.h"
#include "simulators/der.h"

namespace quittance::simulators {
namespace {

template <class Type, void (*free_it)(Type*)>
struct Freeing {
  void operator()(Type* one) const { free_it(one); }
};
using Certificate = std::unique_ptr<X509, Freeing<X509, X509_free>>;
using X509Name = std::unique_ptr<X509_NAME, Freeing<X509_NAME, X509_NAME_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Freeing<ASN1_INTEGER, ASN1_INTEGER_free>>;
using Number = std::unique_ptr<BIGNUM, Freeing<BIGNUM, BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION, X509_EXTENSION_free>>;

void must(bool good, const char* doing) {
  if (good) return;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw program_failure("certificate", std::string(doing) + " failed: " + text);
}

X509Name name_of(const Name& parts) {
  X509Name name(X509_NAME_new());
  must(name != nullptr, "making a name");
  for (const auto& [kind, value] : parts) {
    const auto* text = reinterpret_cast<const unsigned char*>(value.c_str());
    must(X509_NAME_add_entry_by_txt(name.get(), kind.c_str(), MBSTRING_UTF8, text, -1, -1, 0) == 1,
         "adding to a name");
  }
  return name;
}

void set_serial(X509* certificate, ByteView serial) {
  const Number number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  const Integer integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
  must(integer != nullptr && X509_set_serialNumber(certificate, integer.get()) == 1,
       "setting a serial number");
}

void set_validity(X509* certificate, Seconds from, Seconds to) {
  must(ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<std::time_t>(from)) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<std::time_t>(to)) != nullptr,
       "setting the validity");
}

void add_constraints(X509* certificate, bool authority) {
  const char* value = authority ? "critical,CA:TRUE" : "critical,CA:FALSE";
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, value));
  must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

// The algorithm is set by signing; the signature itself, which is not repeatable, is thrown away.
Bytes signed_part(X509* certificate) {
  const P256Key any = P256Key::from_seed("any");
  must(X509_sign(certificate, any.get(), EVP_sha256()) > 0, "signing");
  unsigned char* bytes = nullptr;
  const int size = i2d_re_X509_tbs(certificate, &bytes);
  must(size > 0, "writing a certificate");
  Bytes out(bytes, bytes + size);
  OPENSSL_free(bytes);
  return out;
}

std::string subject_digits(const Uuid& uuid, std::size_t index) {
  return fmt::format("{}-{:02x}", to_hex(uuid), index);
}

void overwrite(Bytes& bytes, std::size_t at, ByteView with) {
  std::copy(with.begin(), with.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::size_t offset_of(const Bytes& bytes, ByteView what) {
  const auto found = std::search(bytes.begin(), bytes.end(), what.begin(), what.end());
  if (found == bytes.end())
    throw program_failure("certificate", "the template does not hold what it is made of");
  return static_cast<std::size_t>(found - bytes.begin());
}

}  // namespace

Bytes to_be_signed(const CertificateFields& fields) {
  const Certificate certificate(X509_new());
  must(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "making one");
  set_serial(certificate.get(), fields.serial);
  must(X509_set_issuer_name(certificate.get(), name_of(fields.issuer).get()) == 1 &&
           X509_set_subject_name(certificate.get(), name_of(fields.subject).get()) == 1,
       "setting the names");
  set_validity(certificate.get(), fields.not_before, fields.not_after);
  must(X509_set_pubkey(certificate.get(), fields.key) == 1, "setting the key");
  add_constraints(certificate.get(), fields.authority);
  return signed_part(certificate.get());
}

Bytes sealed(ByteView to_be_signed, P256Signer& signer, SignatureForm form) {
  static constexpr std::uint8_t kEcdsaSha256[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                  0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
  static constexpr std::uint8_t kNoUnusedBits[] = {0};
  const RawSignature raw = signer.sign(to_be_signed);
  const Bytes signature = form == SignatureForm::early ? early_der_signature(raw) : der_signature(raw);
  return der(kDerSequence, {to_be_signed, kEcdsaSha256, der(kDerBitString, {kNoUnusedBits, signature})});
}

std::string certificate_pem(ByteView der) {
  constexpr std::size_t kLine = 64;
  const std::string text = to_base64(der);
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kLine) out += text.substr(at, kLine) + "\n";
  return out + "-----END CERTIFICATE-----\n";
}

CertificateTemplate::CertificateTemplate(const CertificatePlan& plan) {
  const P256Key placeholder = P256Key::from_seed("placeholder");
  Uuid uuid{};
  uuid.fill(0xaa);
  CertificateFields fields;
  fields.serial = plan.serial;
  fields.issuer = plan.issuer;
  fields.subject = {{"CN", plan.prefix + subject_digits(uuid, 0)}};
  fields.not_before = plan.not_before;
  fields.not_after = plan.not_after;
  fields.key = placeholder.get();
  bytes_ = quittance::simulators::to_be_signed(fields);
  serial_ = offset_of(bytes_, plan.serial);
  subject_ = offset_of(bytes_, as_bytes(subject_digits(uuid, 0)));
  key_ = offset_of(bytes_, placeholder.point());
}

Bytes CertificateTemplate::to_be_signed(const Uuid& uuid, std::size_t index, const Point& key) const {
  Bytes out = bytes_;
  overwrite(out, subject_, as_bytes(subject_digits(uuid, index)));
  overwrite(out, key_, key);
  return out;
}

Bytes CertificateTemplate::early_to_be_signed(const Uuid& uuid, std::size_t index, const Point& key) const {
  Bytes out = to_be_signed(uuid, index, key);
  Bytes serial = {0, 0};  // the early card's: UUID, then 00 00 0n 00
  serial.insert(serial.end(), uuid.begin() + 2, uuid.end());
  const Bytes end = {0, 0, static_cast<std::uint8_t>(index + 1), 0};
  serial.insert(serial.end(), end.begin(), end.end());
  overwrite(out, serial_, serial);
  return out;
}

}  // namespace quittance::simulators
