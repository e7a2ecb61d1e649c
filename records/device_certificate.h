// A device certificate (X.509 v3) as a trust provisioning card makes it: P-256 key, ecdsa-with-SHA256,
// no CA. Read by a strict walk over its DER, which costs a microsecond where OpenSSL's decoder takes
// more than its signature.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "records/audit_record.h"

namespace quittance {

// Views into the bytes that were read.
struct DeviceCertificate {
  ByteView signed_part;  // the TBSCertificate, which the CA signs by ECDSA with SHA-256
  RawSignature signature{};
  ByteView serial;  // content of the INTEGER
  ByteView issuer;  // whole DER of the name
  ByteView subject;
  std::string_view common_name;  // of the subject; empty when it has none, or more than one
  Seconds not_before = 0;
  Seconds not_after = 0;
  ByteView key_info;  // whole DER of the SubjectPublicKeyInfo: one spelling for each key
  ByteView key;       // X, Y
  // An early card's: a serial number with superfluous zeros, or r and s without a sign. OpenSSL refuses
  // such a one.
  bool early = false;
};

// Reads one; `problem` says what is wrong where it gives false.
[[nodiscard]] bool read_device_certificate(ByteView der, DeviceCertificate& certificate,
                                           std::string_view& problem);

}  // namespace quittance
