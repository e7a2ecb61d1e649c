// Certificates that are not what they should be, in records that the card chained and signed all the same.
#include <fmt/core.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/fault.h"
#include "simulators/der.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kDerHeader = 4;  // tag and length of a certificate
constexpr Seconds kYear = 365 * 86400;
constexpr const char* kCa = "KEYS/oem_id_ca.crt";
constexpr const char* kNxpCa = "KEYS/nxp_prod_cert.crt";

void replace_first(Bench& bench, Bytes certificate) {
  static_cast<void>(blob(bench.row(), kOemCert));
  bench.row().cells[kOemCert] = std::move(certificate);
  bench.reseal(bench.at);
  bench.asks = {"--ca", kCa};
}

void replace_die(Bench& bench, Bytes certificate) {
  bench.row().cells[kNxpCert] = std::move(certificate);
  bench.reseal(bench.at);
  bench.asks = {"--nxp-ca", kNxpCa};
}

Point key_of(Bench& bench) { return bench.maker.certificate_key(counter_of(bench.row()), 0); }

// What the first certificate of record N is made of.
CertificateFields fields_of(Bench& bench, const P256Key& key) {
  const CertificatePlan plan = certificate_plan(bench.card.plan);
  CertificateFields fields;
  fields.serial = plan.serial;
  fields.issuer = plan.issuer;
  fields.subject = {{"CN", plan.prefix + to_hex(bench.die_uuid(bench.row())) + "-00"}};
  fields.not_before = plan.not_before;
  fields.not_after = plan.not_after;
  fields.key = key.get();
  return fields;
}

template <class Change>
void reissue(Bench& bench, const Change& change) {
  const P256Key key = P256Key::from_seed("reissued");
  CertificateFields fields = fields_of(bench, key);
  change(fields);
  P256Signer oem(bench.keys.oem_id);
  replace_first(bench, sealed(to_be_signed(fields), oem));
}

void at_other_time(Bench& bench, Seconds shift) {
  reissue(bench, [&](CertificateFields& fields) {
    fields.not_before += shift;
    fields.not_after = fields.not_before + kYear;
  });
  bench.asks.insert(bench.asks.end(), {"--valid-at", to_text(bench.card.plan.valid_from + kYear / 2)});
}

void wrong_issuer(Bench& bench) {
  reissue(bench, [](CertificateFields& fields) { fields.issuer = {{"CN", "somebody else"}}; });
  std::string expected;  // as RFC 2253 has it: the last one first
  for (const auto& [kind, value] : certificate_plan(bench.card.plan).issuer)
    expected = fmt::format("{}={}{}{}", kind, value, expected.empty() ? "" : ",", expected);
  bench.asks.insert(bench.asks.end(), {"--issuer", expected});
}

void wrong_subject(Bench& bench) {
  reissue(bench, [](CertificateFields& fields) { fields.subject[0].second.insert(0, "not "); });
  bench.asks.insert(bench.asks.end(), {"--subject", certificate_plan(bench.card.plan).prefix});
}

void missing_certificate(Bench& bench) {
  for (std::size_t column = kOemCert + kOemCerts; column-- > kOemCert;) {
    if (std::holds_alternative<std::monostate>(bench.row().cells[column])) continue;
    bench.row().cells[column] = std::monostate{};
    break;
  }
  bench.reseal(bench.at);
  bench.asks = {"--certificates", std::to_string(bench.card.plan.certificates)};
}

void foreign_ca(Bench& bench) {
  P256Signer foreign(P256Key::from_seed("foreign authority"));
  const Uuid uuid = bench.die_uuid(bench.row());
  replace_first(bench, sealed(bench.form.to_be_signed(uuid, 0, key_of(bench)), foreign));
}

void early(Bench& bench, const P256Key& authority) {
  P256Signer oem(authority);
  const Uuid uuid = bench.die_uuid(bench.row());
  replace_first(bench,
                sealed(bench.form.early_to_be_signed(uuid, 0, key_of(bench)), oem, SignatureForm::early));
}

void altered(Bench& bench, std::size_t offset) {
  Bytes certificate = blob(bench.row(), kOemCert);
  certificate[offset] ^= 1;
  replace_first(bench, std::move(certificate));
}

// Signed by the OEM after the change: offset counts from the start of what is signed.
void altered_before(Bench& bench, std::size_t offset_from_end, std::uint8_t mask) {
  Bytes body = bench.form.to_be_signed(bench.die_uuid(bench.row()), 0, key_of(bench));
  body[body.size() - offset_from_end] ^= mask;
  P256Signer oem(bench.keys.oem_id);
  replace_first(bench, sealed(body, oem));
}

void other_uuid(Bench& bench) {
  P256Signer oem(bench.keys.oem_id);
  const Die die = bench.fresh_die();
  replace_first(bench, sealed(bench.form.to_be_signed(die.uuid, 0, key_of(bench)), oem));
  bench.asks.emplace_back("--names-die");
}

void trailing(Bench& bench) {
  Bytes certificate = blob(bench.row(), kOemCert);
  certificate.push_back(0);
  replace_first(bench, std::move(certificate));
}

// The outer parts are under the log's signature only.
void other_outside(Bench& bench, std::size_t offset_behind_body, std::uint8_t value) {
  const Bytes body = bench.form.to_be_signed(bench.die_uuid(bench.row()), 0, key_of(bench));
  P256Signer oem(bench.keys.oem_id);
  Bytes certificate = sealed(body, oem);
  certificate[kDerHeader + body.size() + offset_behind_body] = value;
  replace_first(bench, std::move(certificate));
}

// The length of the whole in one byte more than it needs.
void long_length(Bench& bench) {
  Bytes certificate = blob(bench.row(), kOemCert);
  certificate[1] = 0x83;
  certificate.insert(certificate.begin() + 2, 0);
  replace_first(bench, std::move(certificate));
}

void large(Bench& bench) {
  reissue(bench, [](CertificateFields& fields) {
    for (int i = 0; i < 40; ++i) fields.subject.emplace_back("OU", std::string(60, 'x'));
  });
}

void other_curve(Bench& bench) {
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-384"));  // the one thing that no seed decides
  if (!key) throw program_failure("P-384", "OpenSSL made no key");
  reissue(bench, [&](CertificateFields& fields) { fields.key = key.get(); });
}

Bytes with_key(Bench& bench, AuditRow& row, std::size_t index, const Point& key) {
  P256Signer oem(bench.keys.oem_id);
  return sealed(bench.form.to_be_signed(bench.die_uuid(row), index, key), oem);
}

void repeated_key(Bench& bench) {
  bench.last().cells[kOemCert] = with_key(bench, bench.last(), 0, key_of(bench));
  bench.reseal(bench.log.rows.size() - 1);
  bench.record = bench.count();
}

void repeated_key_inside(Bench& bench) {
  bench.row().cells[kOemCert + 1] = with_key(bench, bench.row(), 1, key_of(bench));
  bench.reseal(bench.at);
}

void wrong_nxp(Bench& bench) {
  P256Signer foreign(P256Key::from_seed("foreign chip maker"));
  replace_die(bench, die_certificate(bench.fresh_die(), bench.card.plan.die_size, &foreign));
}

void altered_die(Bench& bench, std::size_t offset, std::uint8_t mask) {
  Bytes certificate = blob(bench.row(), kNxpCert);
  certificate[offset] ^= mask;
  replace_die(bench, std::move(certificate));
}

}  // namespace

std::vector<Tampering> certificate_tamperings() {
  constexpr Weight kBreaks = Weight::breaks;
  const auto entry = [](const char* kind, const char* finding, Weight weight, const char* summary,
                        auto spoil) { return Tampering{kind, {finding}, weight, "N", summary, spoil}; };
  return {
      entry("foreign-ca", "foreign-oem", kBreaks, "an OEM certificate is signed by another authority",
            foreign_ca),
      entry("altered-certificate", "foreign-oem", kBreaks,
            "a bit of an OEM certificate's signature is changed",
            [](Bench& bench) { altered(bench, blob(bench.row(), kOemCert).size() - 1); }),
      entry("wrong-issuer", "issuer", kBreaks, "an OEM certificate names another issuer", wrong_issuer),
      entry("wrong-subject", "subject", kBreaks, "the subject of an OEM certificate begins otherwise",
            wrong_subject),
      entry("missing-certificate", "count", kBreaks, "it has one OEM certificate less than the others",
            missing_certificate),
      entry("early-certificate", "early-encoding", Weight::warning,
            "an OEM certificate is encoded as early cards did: serial not minimal, r and s negative",
            [](Bench& bench) { early(bench, bench.keys.oem_id); }),
      entry("early-foreign", "foreign-oem", kBreaks, "the same, and signed by another authority",
            [](Bench& bench) { early(bench, P256Key::from_seed("foreign authority")); }),
      entry("expired", "validity", kBreaks, "an OEM certificate has expired",
            [](Bench& bench) { at_other_time(bench, -20 * kYear); }),
      entry("not-yet-valid", "validity", kBreaks, "an OEM certificate is valid only twenty years later",
            [](Bench& bench) { at_other_time(bench, 20 * kYear); }),
      entry("other-uuid", "uuid", kBreaks, "the subject of an OEM certificate has another UUID than the die",
            other_uuid),
      entry("other-curve", "certificate", kBreaks, "an OEM certificate holds a key of P-384", other_curve),
      entry("no-point", "certificate", kBreaks, "the key of an OEM certificate is no point of the curve",
            [](Bench& bench) { altered_before(bench, 19, 1); }),
      entry("certificate-authority", "certificate", kBreaks, "an OEM certificate may itself sign others",
            [](Bench& bench) { reissue(bench, [](auto& fields) { fields.authority = true; }); }),
      entry("broken-certificate", "certificate", kBreaks, "an OEM certificate's tag of extensions is another",
            [](Bench& bench) { altered_before(bench, 18, 0x04); }),
      entry("other-algorithm", "certificate", kBreaks, "an OEM certificate names ECDSA with SHA-384 outside",
            [](Bench& bench) { other_outside(bench, 11, 0x03); }),
      entry("unused-bits", "certificate", kBreaks,
            "the signature of an OEM certificate has seven unused bits",
            [](Bench& bench) { other_outside(bench, 14, 7); }),
      entry("padded-length", "certificate|border", kBreaks,
            "the length of an OEM certificate is not in its shortest form", long_length),
      entry("trailing-certificate", "border", kBreaks, "a byte stands behind an OEM certificate", trailing),
      entry("large-certificate", "width|certificate", kBreaks, "an OEM certificate has 3 KB", large),
      Tampering{"repeated-key",
                {"repeated-key"},
                Weight::alarm,
                "last",
                "the last record has the same certificate key",
                repeated_key},
      entry("repeated-key-inside", "repeated-key", Weight::alarm, "two OEM certificates hold one key",
            repeated_key_inside),
      entry("wrong-nxp", "foreign-nxp", kBreaks, "the die certificate is signed by another chip maker",
            wrong_nxp),
      entry("altered-die", "foreign-nxp", kBreaks, "a bit of the die's UID is changed",
            [](Bench& bench) { altered_die(bench, bench.card.plan.die_size - 112, 1); }),
      entry("die-version", "foreign-nxp|die", kBreaks, "the version of the die's container is another",
            [](Bench& bench) { altered_die(bench, 0, 1); }),
      entry("die-size", "border|die", kBreaks, "the die's container tells another size",
            [](Bench& bench) { altered_die(bench, 4, 0x08); }),
      entry("die-tag", "border|die", kBreaks, "the die's container has another tag",
            [](Bench& bench) { altered_die(bench, 3, 0x01); }),
      entry("die-entry", "foreign-nxp|die", kBreaks,
            "an entry of the die's container has a reserved byte set",
            [](Bench& bench) { altered_die(bench, 10, 0x01); }),
  };
}

}  // namespace quittance::simulators
