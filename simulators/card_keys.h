// The folder of keys around a card. Made once, then kept; several cards share it.
//
//   oem_log_prk.pem, oem_log_puk.pem                     signs the audit log, inside the card
//   oem_id_prk.pem, oem_id_puk.pem, oem_id_ca.crt        the OEM's authority, signs device certificates
//   nxp_glob_prk.pem, nxp_glob_puk.pem, nxp_glob_ca.crt  the chip maker's root
//   nxp_prod_prk.pem, nxp_prod_puk.pem, nxp_prod_cert.crt  its key for a family, signs die certificates
//
// Keys and certificates are PEM.
#pragma once

#include "simulators/certificate.h"

namespace quittance::simulators {

struct CardKeys {
  P256Key log;
  P256Key oem_id;
  P256Key nxp_glob;
  P256Key nxp_prod;

  // All of them out of a seed.
  [[nodiscard]] static CardKeys from_seed(const std::string& seed);
  // Reads a folder; makes it out of the seed when it is not there.
  [[nodiscard]] static CardKeys folder(const Path& folder, const std::string& seed);
  [[nodiscard]] static CardKeys read(const Path& folder);
};

[[nodiscard]] Name oem_name();  // issuer of device certificates
// A number for certificates: 20 bytes, positive, in their shortest form.
[[nodiscard]] Bytes drawn_serial(const std::string& seed);

}  // namespace quittance::simulators
