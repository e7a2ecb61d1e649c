// What the certificates of a record are held against.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "records/device_certificate.h"

namespace quittance::audit {

struct CertificateRules {
  std::optional<std::uint8_t> count;   // of OEM certificates in each record
  std::optional<Seconds> valid_at;     // each must be valid then
  std::optional<std::string> issuer;   // the whole name as RFC 2253 writes it: "C=CZ,CN=Big Tech Company"
  std::optional<std::string> subject;  // what the common name has before the UUID: "dev-"
  bool names_die = false;              // the common name must have the UUID of the die
};

// A name in the spelling of RFC 2253 and `openssl x509 -nameopt RFC2253`; empty if it can't be read.
[[nodiscard]] std::string name_text(ByteView der);

// What a common name of the form PREFIX UUID-NN says: 32 hex digits, a dash and two.
struct DeviceName {
  std::string_view prefix;
  std::string_view uuid;
};
[[nodiscard]] std::optional<DeviceName> device_name(std::string_view common_name);

}  // namespace quittance::audit
