// Devices depend on the seed and their number only.
#include "simulators/device.h"

#include <catch2/catch.hpp>
#include <set>

namespace quittance::simulators {
namespace {

TEST_CASE("device: the same seed and number give the same device") {
  const Device first = DeviceMaker("autumn").make(7);
  DeviceMaker again("autumn");
  static_cast<void>(again.make(8));
  CHECK(again.make(7).suid == first.suid);
  CHECK(again.make(7).imei == first.imei);
  CHECK(again.make(7).soc_key == first.soc_key);
  CHECK(DeviceMaker("winter").make(7).suid != first.suid);
}

TEST_CASE("device: no SUID or IMEI occurs twice") {
  DeviceMaker maker("autumn");
  std::set<Suid> suids;
  std::set<std::string> imeis;
  for (std::uint64_t number = 1; number <= 10'000; ++number) {
    const Device device = maker.make(number);
    suids.insert(device.suid);
    imeis.insert(device.imei);
  }
  CHECK(suids.size() == 10'000);
  CHECK(imeis.size() == 10'000);
}

TEST_CASE("device: an IMEI has 15 digits and a right check digit") {
  CHECK(luhn_digit("49015420323751") == '8');  // the example of 3GPP TS 23.003 annex B
  CHECK(luhn_digit("35209900176148") == '1');
  const std::string imei = DeviceMaker("autumn").make(1).imei;
  REQUIRE(imei.size() == 15);
  CHECK(imei.back() == luhn_digit(imei.substr(0, 14)));
}

TEST_CASE("seeded bytes: a stream is its own, a number is its own") {
  SeededBytes bytes("seed");
  CHECK(bytes.integer(0, 1) != bytes.integer(0, 2));
  CHECK(bytes.integer(0, 1) != bytes.integer(1, 1));
  CHECK(bytes.integer(0, 1) == SeededBytes("seed").integer(0, 1));
}

}  // namespace
}  // namespace quittance::simulators
