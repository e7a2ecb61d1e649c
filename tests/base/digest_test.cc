// SHA-256 against the vectors of FIPS 180-2.
#include "base/digest.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>

namespace quittance {
namespace {

constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kTwoBlocks = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr const char* kMillion = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST_CASE("digest: the known values") {
  CHECK(to_hex(sha256("")) == kEmpty);
  CHECK(to_hex(sha256("abc")) == kAbc);
  CHECK(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) == kTwoBlocks);
  CHECK(to_hex(sha256(std::string(1000000, 'a'))) == kMillion);
  CHECK(to_hex(sha256(as_bytes("abc"))) == kAbc);
}

TEST_CASE("digest: pieces give the same as the whole") {
  Sha256 sha;
  for (int i = 0; i < 1000; ++i) sha.add(std::string(1000, 'a'));
  CHECK(to_hex(sha.value()) == kMillion);
}

TEST_CASE("digest: a value in between changes nothing") {
  Sha256 sha;
  CHECK(to_hex(sha.value()) == kEmpty);
  sha.add("a");
  CHECK(sha.value() == sha256("a"));
  CHECK(sha.value() == sha256("a"));
  sha.add(as_bytes("bc"));
  CHECK(to_hex(sha.value()) == kAbc);
}

TEST_CASE("digest: moving takes along what was added") {
  Sha256 first;
  first.add("ab");
  Sha256 second(std::move(first));
  Sha256 third;
  third.add("other");
  third = std::move(second);
  third.add("c");
  CHECK(to_hex(third.value()) == kAbc);
}

TEST_CASE("digest: another thread has a context of its own") {
  Digest other{};
  std::thread thread([&] { other = sha256("abc"); });
  const Digest ours = sha256("");
  thread.join();
  CHECK(to_hex(other) == kAbc);
  CHECK(to_hex(ours) == kEmpty);
}

}  // namespace
}  // namespace quittance
