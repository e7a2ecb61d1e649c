// Keys and signatures depend on their seed, and OpenSSL agrees with them.
#include "simulators/p256.h"

#include <catch2/catch.hpp>

#include "simulators/der.h"
#include "simulators/seeded_bytes.h"
#include "tests/simulators/card_bench.h"

namespace quittance::simulators {
namespace {

TEST_CASE("p256: the same seed gives the same key and signature") {
  const P256Key key = P256Key::from_seed("a");
  CHECK(key.point() == P256Key::from_seed("a").point());
  CHECK(key.point() != P256Key::from_seed("b").point());
  P256Signer signer(key);
  const RawSignature first = signer.sign(as_bytes("message"));
  CHECK(P256Signer(key).sign(as_bytes("message")) == first);
  // Were the nonce the same for another message, the key could be computed.
  CHECK_FALSE(
      std::ranges::equal(ByteView(signer.sign(as_bytes("other"))).first(32), ByteView(first).first(32)));
}

TEST_CASE("p256: a signature is good for its message and key only") {
  const P256Key key = P256Key::from_seed("a");
  P256Signer signer(key);
  for (int i = 0; i < 64; ++i) {
    const std::string message = "message " + std::to_string(i);
    RawSignature signature = signer.sign(as_bytes(message));
    CHECK(key.verify(as_bytes(message), signature));
    CHECK(key.verify(as_bytes(message), malleable_twin(signature)));
    CHECK(malleable_twin(malleable_twin(signature)) == signature);
    CHECK_FALSE(P256Key::from_seed("b").verify(as_bytes(message), signature));
    signature[static_cast<std::size_t>(i)] ^= 1;
    CHECK_FALSE(key.verify(as_bytes(message), signature));
  }
}

TEST_CASE("p256: a key survives its file, a public one signs nothing, another file is refused") {
  const Scratch scratch;
  const P256Key key = P256Key::from_seed("a");
  const P256Key again = P256Key::read_private(scratch.file("private", key.private_pem()));
  const P256Key open = P256Key::read_public(scratch.file("public", key.public_pem()));
  CHECK(again.point() == key.point());
  CHECK(open.point() == key.point());
  CHECK(open.verify(as_bytes("m"), P256Signer(again).sign(as_bytes("m"))));
  CHECK_THROWS_AS(P256Signer(open), Failure);
  CHECK_THROWS_AS(P256Key::read_private(scratch.file("wrong", "nothing")), Failure);
}

TEST_CASE("p256: a point of one is the generator") {
  Scalar one{};
  one.back() = 1;
  CHECK(to_hex(ByteView(PointMaker().make(one)).first(32)) ==
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
}

TEST_CASE("der: numbers in their shortest form, or as early cards wrote them") {
  RawSignature raw{};
  raw[0] = 0x80;
  raw[63] = 1;
  const std::string r = "80" + std::string(62, '0');
  CHECK(to_hex(der_signature(raw)) == "3026022100" + r + "020101");
  CHECK(to_hex(early_der_signature(raw)) == "30440220" + r + "0220" + std::string(62, '0') + "01");
  CHECK(to_hex(der(kDerSequence, {Bytes(200)})).starts_with("3081c8"));
  CHECK(to_hex(der(kDerSequence, {Bytes(1000)})).starts_with("308203e8"));
}

}  // namespace
}  // namespace quittance::simulators
