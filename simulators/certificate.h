// X.509 certificates of the simulated plant: those of the authorities one by one, those of devices out of
// a template, since OpenSSL takes longer to build one than to sign it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "simulators/die.h"

struct evp_pkey_st;

namespace quittance::simulators {

// Short names of OpenSSL ("CN") and values, in the order in which they are written.
using Name = std::vector<std::pair<std::string, std::string>>;

struct CertificateFields {
  Bytes serial;  // big-endian
  Name issuer;
  Name subject;
  Seconds not_before = 0;
  Seconds not_after = 0;
  evp_pkey_st* key = nullptr;  // public key, not owned
  bool authority = false;      // may sign others
};

// What of the certificate is signed. It names ecdsa-with-SHA256, whatever signs it.
[[nodiscard]] Bytes to_be_signed(const CertificateFields& fields);

enum class SignatureForm { der, early };  // `early` as in der.h
[[nodiscard]] Bytes sealed(ByteView to_be_signed, P256Signer& signer,
                           SignatureForm form = SignatureForm::der);
// BEGIN CERTIFICATE and so on.
[[nodiscard]] std::string certificate_pem(ByteView der);

// What all certificates of a card share. The subject is one CN: the prefix, the UUID as 32 hex digits, a
// dash, and the index of the key as two.
struct CertificatePlan {
  Bytes serial;  // 20 bytes: one number for all certificates of a card, by design
  Name issuer;
  std::string prefix;
  Seconds not_before = 0;
  Seconds not_after = 0;
};

class CertificateTemplate {
 public:
  explicit CertificateTemplate(const CertificatePlan& plan);
  [[nodiscard]] Bytes to_be_signed(const Uuid& uuid, std::size_t index, const Point& key) const;
  // The same with the serial number of an early card: its 20 bytes begin with two zeros, one too many.
  [[nodiscard]] Bytes early_to_be_signed(const Uuid& uuid, std::size_t index, const Point& key) const;

 private:
  Bytes bytes_;
  std::size_t serial_ = 0;  // offsets
  std::size_t subject_ = 0;
  std::size_t key_ = 0;
};

}  // namespace quittance::simulators
