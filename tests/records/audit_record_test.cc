// An audit record's parts: signature forms, DER, the identity record and device certificates.
#include "records/audit_record.h"

#include <catch2/catch.hpp>

#include "records/audit_finding.h"
#include "records/der.h"
#include "records/device_certificate.h"
#include "records/tp_container.h"

namespace quittance {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

TEST_CASE("DER: definite lengths in their shortest form, and nothing behind") {
  CHECK(is_one_der_item(hex("3000"), kDerSequence));
  CHECK(is_one_der_item(hex("30020500"), kDerSequence));
  for (const char* const wrong :
       {"", "30", "3001", "300000", "3080", "30800000", "308100", "30817f", "3082000100", "31020500"})
    CHECK_FALSE(is_one_der_item(hex(wrong), kDerSequence));
  Bytes longer = hex("308180");
  longer.resize(3 + 128);
  CHECK(is_one_der_item(longer, kDerSequence));
  longer = hex("30820080");
  longer.resize(4 + 128);
  CHECK_FALSE(is_one_der_item(longer, kDerSequence));
  CHECK_FALSE(is_one_der_item(hex("3f8101"), 0x3f));
  CHECK_FALSE(is_one_der_item(hex("3088ffffffffffffffff"), kDerSequence));
}

TEST_CASE("signature: 64 bytes are raw, any other length is strict DER") {
  RawSignature out{};
  CHECK(read_signature(Bytes(64, 7), out) == SignatureForm::raw);
  CHECK(out[0] == 7);
  CHECK(read_signature(hex("3006020101020102"), out) == SignatureForm::der);
  CHECK(out[31] == 1);
  CHECK(out[63] == 2);
  CHECK(out[0] == 0);
  CHECK(read_signature(hex("300702020080020102"), out) == SignatureForm::der);
  CHECK(out[31] == 0x80);
  for (const char* const wrong :
       {"", "00", "3006020180020102", "300702020001020102", "30060201010201", "300602010102010200",
        "3003020101", "3009020101020102020103", "30050200020102", "3006020101040102"})
    CHECK(read_signature(hex(wrong), out) == SignatureForm::wrong);
}

TEST_CASE("signature: early cards write r and s without a sign, which only the second look takes") {
  Bytes der = hex("30440220");
  der.resize(4 + 32, 0xff);
  der.insert(der.end(), {0x02, 0x20});
  der.resize(der.size() + 32, 0x00);
  RawSignature out{};
  CHECK_FALSE(raw_from_der(der, false, out));
  CHECK(raw_from_der(der, true, out));
  CHECK(out[0] == 0xff);
  CHECK(out[63] == 0);
}

TEST_CASE("counter: exactly four bytes, big-endian") {
  CHECK(audit_counter(hex("00000102")) == 258U);
  CHECK(audit_counter(hex("ffffffff")) == 0xffffffffU);
  CHECK_FALSE(audit_counter(hex("000102")));
  CHECK_FALSE(audit_counter(hex("0000000102")));
}

TEST_CASE("hash: all columns that are there, and not the signature") {
  AuditRecord record;
  const Bytes bytes = hex("0102030405060708");
  const ByteView all(bytes);
  record.nxp_cert = all.first(1);
  record.oem_certs[0] = all.subspan(1, 2);
  record.oem_certs[3] = all.subspan(3, 1);
  record.counter = all.subspan(4, 2);
  record.start_hash = all.subspan(6, 2);
  record.signature = all;
  CHECK(new_hash(record) == sha256(all));
  CHECK(signed_digest(new_hash(record)) == sha256(ByteView(sha256(all))));
}

Bytes identity() {
  Bytes bytes = hex("00000133c0000000400000a000006699");
  bytes.resize(bytes.size() + 64, 1);
  for (const char* const head : {"100000a000000f0f", "100000a000009696"}) {
    const Bytes entry = hex(head);
    bytes.insert(bytes.end(), entry.begin(), entry.end());
    bytes.resize(bytes.size() + 16, 2);
  }
  const Bytes end = hex("400000c000002000");
  bytes.insert(bytes.end(), end.begin(), end.end());
  bytes.resize(bytes.size() + 64, 3);
  return bytes;
}

TEST_CASE("identity record: read as a whole, and no byte of its frame may differ") {
  const Bytes good = identity();
  REQUIRE(good.size() == 200);
  const auto die = read_die_identity(good);
  REQUIRE(die);
  CHECK(die->key.size() == 64);
  CHECK(die->uuid.data() == good.data() + 112);
  CHECK(die->signed_part.size() == 136);
  CHECK(die->signature[63] == 3);
  for (const std::size_t at :
       {0U,  1U,  2U,  3U,  4U,  5U,   6U,   7U,   8U,   9U,   10U,  11U,  12U,  13U, 14U,
        15U, 80U, 82U, 83U, 86U, 104U, 106U, 128U, 129U, 130U, 131U, 132U, 134U, 135U}) {
    Bytes wrong = good;
    wrong[at] ^= 1U;
    CHECK_FALSE(read_die_identity(wrong));
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(is_one_container(ByteView(good).first(size)));
  Bytes longer = good;
  longer.push_back(0);
  CHECK_FALSE(is_one_container(longer));
}

TEST_CASE("certificate: what is cut anywhere is none") {
  const Bytes whole =
      hex("308201533081faa003020102020904499602d2300a06082a8648ce3d040302");  // only the beginning
  DeviceCertificate certificate;
  std::string_view problem;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CHECK_FALSE(read_device_certificate(ByteView(whole).first(size), certificate, problem));
    CHECK_FALSE(problem.empty());
  }
}

TEST_CASE("findings: every kind has a name of its own, a meaning and something to do") {
  std::vector<std::string_view> names;
  for (const AuditKindEntry& entry : audit_kinds()) {
    CHECK_FALSE(entry.meaning.empty());
    CHECK_FALSE(entry.mend.empty());
    CHECK(std::find(names.begin(), names.end(), entry.name) == names.end());
    names.push_back(entry.name);
    CHECK(audit_kind(static_cast<std::uint8_t>(entry.kind)) == entry.kind);
  }
  CHECK_FALSE(audit_kind(static_cast<std::uint8_t>(names.size())));
}

}  // namespace
}  // namespace quittance
