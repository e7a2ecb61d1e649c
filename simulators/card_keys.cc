// Makes and reads the folder of a card's keys.
#include "simulators/card_keys.h"

#include "base/fault.h"

namespace quittance::simulators {
namespace {

constexpr Seconds kDay = 86400;
constexpr Seconds kFrom = 1577836800;  // 2020-01-01
constexpr Seconds kTo = kFrom + 36500 * kDay;

Name nxp_name() { return {{"O", "Quittance simulator"}, {"CN", "simulated chip maker"}}; }
Name family_name() { return {{"O", "Quittance simulator"}, {"CN", "simulated family"}}; }

void keep(const Path& file, const std::string& text) {
  if (!write_durably(file, text))
    throw machine_failure("sim.key", file.string(), "another key is there already",
                          "name an empty folder with --keys");
}

void keep_pair(const Path& folder, const std::string& name, const P256Key& key) {
  keep(folder / (name + "_puk.pem"), key.public_pem());
  keep(folder / (name + "_prk.pem"), key.private_pem());
}

std::string authority(const Name& issuer, const Name& subject, const P256Key& key, const P256Key& signing,
                      const std::string& serial_seed, bool may_sign) {
  P256Signer signer(signing);
  return certificate_pem(sealed(
      to_be_signed({drawn_serial(serial_seed), issuer, subject, kFrom, kTo, key.get(), may_sign}), signer));
}

}  // namespace

Name oem_name() {
  return {{"CN", "ACME Devices"},  {"C", "CZ"},   {"L", "Brno"},
          {"street", "Dlouha 12"}, {"O", "ACME"}, {"postalCode", "602 00"}};
}

Bytes drawn_serial(const std::string& seed) {
  const Digest drawn = sha256("serial number " + seed);
  Bytes serial(drawn.begin(), drawn.begin() + 20);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x3fU) | 0x20U);
  return serial;
}

CardKeys CardKeys::from_seed(const std::string& seed) {
  const auto key = [&](const char* name) { return P256Key::from_seed(seed + "/" + name); };
  return {key("oem_log"), key("oem_id"), key("nxp_glob"), key("nxp_prod")};
}

CardKeys CardKeys::folder(const Path& folder, const std::string& seed) {
  if (is_there(folder / "oem_log_prk.pem")) return read(folder);  // the last that is written
  const CardKeys keys = from_seed(seed);
  make_folder(folder);
  keep_pair(folder, "nxp_glob", keys.nxp_glob);
  keep_pair(folder, "nxp_prod", keys.nxp_prod);
  keep_pair(folder, "oem_id", keys.oem_id);
  keep(folder / "nxp_glob_ca.crt",
       authority(nxp_name(), nxp_name(), keys.nxp_glob, keys.nxp_glob, seed + "/glob", true));
  keep(folder / "nxp_prod_cert.crt",
       authority(nxp_name(), family_name(), keys.nxp_prod, keys.nxp_glob, seed + "/prod", false));
  keep(folder / "oem_id_ca.crt",
       authority(oem_name(), oem_name(), keys.oem_id, keys.oem_id, seed + "/oem", true));
  keep_pair(folder, "oem_log", keys.log);
  return keys;
}

CardKeys CardKeys::read(const Path& folder) {
  const auto key = [&](const char* name) { return P256Key::read_private(folder / name); };
  return {key("oem_log_prk.pem"), key("oem_id_prk.pem"), key("nxp_glob_prk.pem"), key("nxp_prod_prk.pem")};
}

}  // namespace quittance::simulators
