// Secrets: they hold what is put in, move without copying, and are kept out of core dumps.
#include "base/secret.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace quittance {
namespace {

// The flags that the kernel has for the mapping of this address ("dd": left out of core dumps).
std::set<std::string> mapping_flags(const void* address) {
  std::ifstream in("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    char dash = 0;
    std::string name;
    if (words >> std::hex >> from >> dash >> to && dash == '-') inside = from <= wanted && wanted < to;
    std::istringstream flags(line);
    if (inside && flags >> name && name == "VmFlags:") return {std::istream_iterator<std::string>(flags), {}};
  }
  return {};
}

TEST_CASE("secret: it begins with zeros and holds what is written") {
  Secret secret(5000);
  REQUIRE(secret.bytes().size() == 5000);
  CHECK(std::all_of(secret.bytes().begin(), secret.bytes().end(), [](auto byte) { return byte == 0; }));
  secret.bytes()[4999] = 7;
  CHECK(std::as_const(secret).bytes()[4999] == 7);
}

TEST_CASE("secret: moving hands over the memory and leaves nothing") {
  static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
  Secret first(32);
  first.bytes()[0] = 42;
  const std::uint8_t* const place = first.bytes().data();
  Secret second(std::move(first));
  CHECK(second.bytes().data() == place);
  CHECK(first.bytes().empty());
  Secret third(16);
  third = std::move(second);
  CHECK(third.bytes().data() == place);
  CHECK(third.bytes().size() == 32);
  CHECK(third.bytes()[0] == 42);
}

TEST_CASE("secret: its memory is left out of core dumps") {
  const Secret secret(32);
  const std::set<std::string> flags = mapping_flags(secret.bytes().data());
  REQUIRE(flags.count("rd") == 1);
  CHECK(flags.count("dd") == 1);
}

TEST_CASE("secret: an empty one is fine") {
  const Secret secret(0);
  CHECK(secret.bytes().empty());
}

TEST_CASE("secret: random bytes differ and fill the whole buffer") {
  std::vector<std::uint8_t> big((1U << 20) + 100);
  fill_random(big);
  // 100 zero bytes at the end come by chance once in 2^800 times.
  CHECK(std::any_of(big.end() - 100, big.end(), [](auto byte) { return byte != 0; }));
  std::set<std::vector<std::uint8_t>> seen;
  for (int i = 0; i < 100; ++i) {
    std::vector<std::uint8_t> key(32);
    fill_random(key);
    seen.insert(key);
  }
  CHECK(seen.size() == 100);
}

}  // namespace
}  // namespace quittance
