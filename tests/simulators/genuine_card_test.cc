// What a genuine card wrote is what ours would write: same hashes, signatures, tables, containers.
#include <catch2/catch.hpp>

#include "simulators/der.h"
#include "tests/simulators/card_bench.h"

namespace quittance::simulators {
namespace {

constexpr const char* kLogs[] = {"audit-log-v1/tp_audit_log.db", "audit-log-v2/tp_audit_log.db"};

TEST_CASE("genuine card: our hash and check accept its logs") {
  const P256Key key = P256Key::read_public(genuine("audit-log-v2/oem_log_puk.pub"));
  for (const char* name : kLogs) {
    const AuditLog log = read_audit_log(genuine(name));
    REQUIRE(log.rows.size() == 4);
    CHECK(is_sound(log, key));
  }
  CHECK(read_audit_log(genuine(kLogs[0])).version == 1);
  CHECK(read_audit_log(genuine(kLogs[1])).device_id == "1234");
}

TEST_CASE("genuine card: its published test key signs as it does") {
  const P256Key key = P256Key::read_private(genuine("test-private-keys/oem_log_prk.pem"));
  AuditLog log = read_audit_log(genuine(kLogs[1]));
  CHECK(key.point() == P256Key::read_public(genuine("audit-log-v2/oem_log_puk.pub")).point());
  P256Signer signer(key);
  AuditRow next = log.rows.back();
  link(next, 5, new_hash(log.rows.back()));
  sign(next, signer, LogSignature::raw);
  log.rows.push_back(next);
  CHECK(is_sound(log, P256Key::read_public(genuine("audit-log-v2/oem_log_puk.pub"))));
}

TEST_CASE("genuine card: its die certificate has the form of ours") {
  const AuditLog log = read_audit_log(genuine(kLogs[1]));
  const ByteView real = bytes_of(log.rows[0], kNxpCert);
  const P256Key family = P256Key::read_public(genuine("nxp-test-chain/y_nxp_prod_devattest_puk.pem"));
  CHECK(family.verify(real.first(136), raw_of(real.last(64))));
  // The same die out of the bytes of the genuine one: all that is not signature must be the same.
  Die die;
  std::copy_n(real.begin() + 16, die.identity.size(), die.identity.begin());
  std::copy_n(real.begin() + 88, die.uid.size(), die.uid.begin());
  std::copy_n(real.begin() + 112, die.uuid.size(), die.uuid.begin());
  const Bytes ours = die_certificate(die, kDieCertificate, nullptr);
  CHECK(std::ranges::equal(ByteView(ours).first(136), real.first(136)));
}

TEST_CASE("genuine card: early certificates are signed as our early ones") {
  const std::string container = Scratch::content(genuine("audit-log-v2/x_wrapped_data.bin"));
  const P256Key authority = P256Key::read_public(genuine("oem/oem_id_puk.pem"));
  constexpr std::size_t kStarts[] = {1472 + 16, 1912 + 16, 2352 + 16};  // behind header and destination
  for (const std::size_t start : kStarts) {
    const ByteView certificate = as_bytes(container).subspan(start, 418);
    const ByteView body = certificate.subspan(4, 4 + 0x145);
    const ByteView end = certificate.last(70);  // SEQUENCE of two INTEGERs of 32 octets
    RawSignature raw{};
    std::copy_n(end.begin() + 4, 32, raw.begin());
    std::copy_n(end.begin() + 38, 32, raw.begin() + 32);
    CHECK(std::ranges::equal(early_der_signature(raw), end));
    CHECK(authority.verify(body, raw));
  }
}

TEST_CASE("genuine card: its file has the tables of ours, letter by letter") {
  CardBench card;
  card.run();
  const std::string statement = "ATTACH '" + genuine(kLogs[1]).string() +
                                "' AS real; CREATE TEMP TABLE same (yes CHECK (yes)); INSERT INTO same "
                                "SELECT (SELECT group_concat(type || "
                                "name || sql) FROM main.sqlite_master) = (SELECT group_concat(type || name "
                                "|| sql) FROM real.sqlite_master);";
  CHECK_NOTHROW(run_sql(card.order.out / "tp_audit_log.db", statement));
}

}  // namespace
}  // namespace quittance::simulators
