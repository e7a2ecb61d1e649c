// Hex and base64: the vectors of RFC 4648 and everything that must be refused.
#include "base/bytes.h"

#include <catch2/catch.hpp>
#include <numeric>

namespace quittance {
namespace {

const std::pair<const char*, const char*> kRfc4648[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};

TEST_CASE("bytes: base64 as in RFC 4648") {
  for (const auto& [plain, coded] : kRfc4648) {
    CHECK(to_base64(as_bytes(plain)) == coded);
    REQUIRE(from_base64(coded));
    CHECK(as_text(*from_base64(coded)) == plain);
  }
}

TEST_CASE("bytes: base64 of every byte value in every place comes back") {
  Bytes all(256 * 3);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  for (std::size_t size = all.size() - 4; size <= all.size(); ++size) {
    const Bytes part(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(from_base64(to_base64(part)) == part);
  }
  CHECK(to_base64(Bytes{0xff, 0xff, 0xff, 0xfb, 0xf0}) == "////+/A=");
}

TEST_CASE("bytes: base64 is appended behind what is there") {
  std::string out = "key=";
  append_base64(out, as_bytes("fo"));
  append_base64(out, as_bytes("foo"));
  CHECK(out == "key=Zm8=Zm9v");
}

TEST_CASE("bytes: base64 that is spelled another way is refused") {
  for (const char* wrong :
       {"Z", "Zg", "Zg=", "Zm9", "Zm9vY", "Zg==Zg==", "Zg=a", "====", "A===", "=A==", "Z===", "Zm9v\n",
        "Zm 9", "Zm\n9", "Zm-_", "Zm9v====", " Zg==", "Zg== ", "zz\xc3\xa4"}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_base64(wrong));
  }
}

TEST_CASE("bytes: base64 with bits behind the last byte is refused") {
  CHECK(from_base64("Zg=="));
  for (const char* wrong : {"Zh==", "Zv==", "Zm9=", "Zm+="}) CHECK_FALSE(from_base64(wrong));
}

TEST_CASE("bytes: each of the 192 other characters is refused in each place") {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t taken = 0;
  for (int c = 0; c < 256; ++c) {
    const bool digit = kDigits.find(static_cast<char>(c)) != std::string_view::npos;
    for (std::size_t place = 0; place < 4; ++place) {
      std::string text = "AAAABBBBCCCC";
      text[4 + place] = static_cast<char>(c);
      if (from_base64(text).has_value() != digit) FAIL("character " << c << " in place " << place);
      taken += digit ? 1 : 0;
    }
  }
  CHECK(taken == 64 * 4);
}

TEST_CASE("bytes: base64 into a buffer wants its exact size and no padding") {
  Bytes out(3);
  CHECK(from_base64("Zm9v", out));
  CHECK(as_text(out) == "foo");
  CHECK_FALSE(from_base64("Zm8=", out));
  CHECK_FALSE(from_base64("Zm9vYmFy", out));
  CHECK_FALSE(from_base64("Zm9", out));
  CHECK(from_base64("", std::span<std::uint8_t>()));
}

TEST_CASE("bytes: hex in both cases, written in lower case") {
  const Bytes bytes{0x00, 0x09, 0x9a, 0xaf, 0xff};
  CHECK(to_hex(bytes) == "00099aafff");
  CHECK(from_hex("00099aafff") == bytes);
  CHECK(from_hex("00099AaFFf") == bytes);
  CHECK(from_hex("") == Bytes{});
}

TEST_CASE("bytes: hex of odd length or with another character is refused") {
  for (const char* wrong : {"0", "000", "0g", "g0", "0x", " 0", "0\n", "/0", ":0", "@0", "`0", "G0"}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_hex(wrong));
  }
  Bytes out(2);
  CHECK(from_hex("beef", out));
  CHECK(out == Bytes{0xbe, 0xef});
  CHECK_FALSE(from_hex("be", out));
  CHECK_FALSE(from_hex("beefbe", out));
}

}  // namespace
}  // namespace quittance
