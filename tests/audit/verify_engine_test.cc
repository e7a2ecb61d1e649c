// Both engines: whatever the openssl engine says, the table engine says as well.
#include "audit/verify_engine.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "tests/audit/signer.h"

namespace quittance::audit {
namespace {

using Engine = std::unique_ptr<VerifyEngine>;

std::vector<Verdict> verdicts(VerifyEngine& engine, const std::vector<SignedDigest>& items) {
  std::vector<Verdict> out(items.size(), Verdict::rejected);
  engine.verify(items, out);
  return out;
}

// n - s, where n is the order of P-256.
RawSignature twin(RawSignature signature) {
  const Bytes n = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = n[i] - signature[32 + i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    signature[32 + i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return signature;
}

void put_half(RawSignature& signature, bool s, const char* hex) {
  const Bytes bytes = from_hex(hex).value();
  std::copy(bytes.begin(), bytes.end(), signature.begin() + (s ? 32 : 0));
}

TEST_CASE("engines: good signatures are accepted, in batches of every awkward size") {
  const Signer signer;
  std::vector<SignedDigest> all;
  for (std::uint64_t i = 0; i < 600; ++i) all.push_back(signer.item(i));
  const Engine engines[] = {openssl_engine(signer.point()), table_engine(signer.point())};
  for (const Engine& engine : engines) {
    for (const std::size_t size : {0U, 1U, 2U, 3U, 255U, 256U, 257U, 600U}) {
      const std::vector<SignedDigest> some(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(verdicts(*engine, some) == std::vector<Verdict>(size, Verdict::accepted));
    }
  }
}

TEST_CASE("engines: a verdict is that of its own item, wherever the wrong ones stand") {
  const Signer signer;
  std::mt19937 random(7);
  const Engine table = table_engine(signer.point());
  for (int round = 0; round < 6; ++round) {
    std::vector<SignedDigest> items;
    std::vector<Verdict> expected;
    for (std::uint64_t i = 0; i < 300; ++i) {
      items.push_back(signer.item(i));
      const bool wrong = random() % 4 == 0;
      if (wrong) items.back().signature[random() % 64] ^= static_cast<std::uint8_t>(1U << random() % 8);
      if (!wrong && random() % 9 == 0) items.back().signature = twin(items.back().signature);
      expected.push_back(wrong ? Verdict::rejected : Verdict::accepted);
    }
    CHECK(verdicts(*table, items) == expected);
  }
}

TEST_CASE("engines: numbers at and beyond the borders of their range") {
  const Signer signer;
  const char* const kNumbers[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                  "0000000000000000000000000000000000000000000000000000000000000001",
                                  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",  // n-1
                                  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",  // n
                                  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
                                  "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",  // p
                                  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"};
  std::vector<SignedDigest> items;
  for (const char* const r : kNumbers) {
    for (const char* const s : kNumbers) {
      items.push_back(signer.item(items.size()));
      put_half(items.back().signature, false, r);
      put_half(items.back().signature, true, s);
    }
    items.push_back(signer.item(items.size()));
    put_half(items.back().signature, true, r);  // a good r
  }
  items.push_back(signer.item(items.size()));
  std::vector<Verdict> expected(items.size(), Verdict::rejected);
  expected.back() = Verdict::accepted;
  CHECK(verdicts(*openssl_engine(signer.point()), items) == expected);
  CHECK(verdicts(*table_engine(signer.point()), items) == expected);
}

TEST_CASE("engines: a digest above the order counts modulo the order") {
  const Signer signer;
  Digest digest{};
  digest.fill(0xff);
  const std::vector<SignedDigest> items = {{digest, signer.raw(digest)}, {Digest{}, signer.raw(Digest{})}};
  const std::vector<Verdict> expected(2, Verdict::accepted);
  CHECK(verdicts(*openssl_engine(signer.point()), items) == expected);
  CHECK(verdicts(*table_engine(signer.point()), items) == expected);
}

TEST_CASE("engines: nothing is accepted under another key") {
  const Signer signer;
  const Signer other;
  std::vector<SignedDigest> items;
  for (std::uint64_t i = 0; i < 40; ++i) items.push_back(signer.item(i));
  const std::vector<Verdict> expected(items.size(), Verdict::rejected);
  CHECK(verdicts(*openssl_engine(other.point()), items) == expected);
  CHECK(verdicts(*table_engine(other.point()), items) == expected);
}

TEST_CASE("engines: the curve's own generator as the key") {
  Point g{};
  const Bytes bytes = from_hex(
                          "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                          "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
                          .value();
  std::copy(bytes.begin(), bytes.end(), g.begin());
  std::vector<SignedDigest> items;
  // Private key 1 and nonce 1: r = x(G) mod n, s = e + r. With e = 0 also u1 = 0.
  items.push_back({Digest{}, {}});
  std::copy(bytes.begin(), bytes.begin() + 32, items[0].signature.begin());
  std::copy(bytes.begin(), bytes.begin() + 32, items[0].signature.begin() + 32);
  CHECK(verdicts(*openssl_engine(g), items) == std::vector<Verdict>{Verdict::accepted});
  CHECK(verdicts(*table_engine(g), items) == std::vector<Verdict>{Verdict::accepted});
}

}  // namespace
}  // namespace quittance::audit
