// The envelope and the receipt that a KPH makes of it.
#include "simulators/kph.h"

#include <catch2/catch.hpp>

#include "tests/simulators/plant.h"

namespace quittance::simulators {
namespace {

Envelope example() {
  Envelope envelope;
  envelope.kph = 0x01020304;
  for (std::uint8_t i = 0; i < 16; ++i) envelope.suid[i] = i;
  envelope.soc_key.fill(0xaa);
  envelope.key_id = 0x0a0b0c0d;
  envelope.serial = 0x1122334455667788;
  envelope.time = 1'795'000'000;
  return envelope;
}

TEST_CASE("kph: the envelope is packed little endian, field by field") {
  CHECK(to_hex(pack(example())) ==
        "01000000"
        "04030201"
        "000102030405060708090a0b0c0d0e0f"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "0d0c0b0a"
        "8877665544332211"
        "c086fd6a00000000");
}

TEST_CASE("kph: an envelope comes back, another size or version does not") {
  auto bytes = pack(example());
  const auto envelope = unpack(bytes);
  REQUIRE(envelope);
  CHECK(pack(*envelope) == bytes);
  CHECK_FALSE(unpack(ByteView(bytes).first(75)));
  bytes[0] = 2;
  CHECK_FALSE(unpack(bytes));
}

TEST_CASE("kph: a receipt opens with the vendor's key and verifies with the KPH's") {
  const KeyFolder keys(shared_keys());
  Kph kph(keys.kph_private().front(), keys.vendor_public());
  const ReceiptBytes receipt = kph.bind(example());
  const ByteView whole = receipt;
  PssVerification first(keys.kph_public().front().key);
  PssVerification second(keys.kph_public().back().key);
  CHECK(first.verify(whole.first(kSealedSize), whole.subspan(kSealedSize)));
  CHECK_FALSE(second.verify(whole.first(kSealedSize), whole.subspan(kSealedSize)));

  Bytes plain;
  REQUIRE(OaepDecryption(keys.vendor_private()).decrypt(whole.first(kSealedSize), plain));
  const auto envelope = unpack(plain);
  REQUIRE(envelope);
  CHECK(envelope->kph == kFirstKph);
  CHECK(envelope->suid == example().suid);
  CHECK(envelope->serial == example().serial);
}

TEST_CASE("kph: two receipts of one device differ, as each binding draws new random numbers") {
  const KeyFolder keys(shared_keys());
  Kph kph(keys.kph_private().front(), keys.vendor_public());
  CHECK(kph.bind(example()) != kph.bind(example()));
}

TEST_CASE("keys: are made once and kept, for their owner only") {
  const Path private_file = shared_keys() / "vendor.pem";
  const std::string before = Scratch::content(private_file);
  KeyFolder(shared_keys()).make(2, 1);
  CHECK(Scratch::content(private_file) == before);
  using std::filesystem::perms;
  CHECK(std::filesystem::status(private_file).permissions() == (perms::owner_read | perms::owner_write));
}

TEST_CASE("keys: a damaged key file is named") {
  const Scratch scratch;
  CHECK_THROWS_WITH(RsaKey::read_public(scratch.file("vendor.pub.pem", "not a key")),
                    Catch::Contains("vendor.pub.pem"));
}

}  // namespace
}  // namespace quittance::simulators
