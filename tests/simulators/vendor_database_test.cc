// The vendor's database: what was closed counts once, what a killed run left open does not.
#include "simulators/vendor_database.h"

#include <catch2/catch.hpp>

#include "base/fault.h"
#include "tests/support/scratch.h"

namespace quittance::simulators {
namespace {

const std::string kSuid = "00112233445566778899aabbccddeeff";

ReceiptRecord receipt(const std::string& suid, int code, bool forced = false) {
  ReceiptRecord record;
  record.line = 1;
  record.suid = suid;
  record.receipt = sha256("receipt of " + suid);
  record.code = code;
  record.forced = forced;
  return record;
}

LogRecord log(const std::string& tid) { return {tid, std::string(64, '0'), 1, 0, false, false, 0}; }

TEST_CASE("vendor database: what was closed is there for the next") {
  const Scratch scratch;
  {
    VendorDatabase database(scratch.path(), Access::write);
    database.add(receipt(kSuid, 0));
    CHECK(database.knows(kSuid));
    database.add(receipt("", 102));
    database.close(log("T-1"));
    database.mark_answered("T-1");
  }
  const VendorDatabase database(scratch.path(), Access::read);
  CHECK(database.knows(kSuid));
  CHECK(database.devices().size() == 1);
  CHECK(database.devices().at(kSuid).imports == 1);
  CHECK(database.devices().at(kSuid).events.at(0).receipt == sha256("receipt of " + kSuid));
  REQUIRE(database.find_log("T-1"));
  CHECK(database.find_log("T-1")->answered);
}

TEST_CASE("vendor database: cut off at any byte, a log counts whole or not at all") {
  const Scratch scratch;
  const Path file = scratch / "devices.txt";
  std::uintmax_t first_log = 0;
  {
    VendorDatabase database(scratch.path(), Access::write);
    database.add(receipt(kSuid, 0));
    database.close(log("T-1"));
    first_log = std::filesystem::file_size(file);
    database.add(receipt(std::string(32, 'a'), 0));
    database.add(receipt(std::string(32, 'b'), 0));
    database.close(log("T-2"));
  }
  const std::string whole = Scratch::content(file);
  for (std::uintmax_t size = first_log; size < whole.size(); ++size) {
    static_cast<void>(scratch.file("devices.txt", std::string_view(whole).substr(0, size)));
    {
      VendorDatabase database(scratch.path(), Access::write);
      REQUIRE(database.devices().size() == 1);
      REQUIRE(database.logs().size() == 1);
      database.add(receipt(std::string(32, 'c'), 0));
      database.close(log("T-3"));
    }
    const VendorDatabase again(scratch.path(), Access::read);
    REQUIRE(again.devices().size() == 2);
    REQUIRE(again.find_log("T-3"));
  }
}

TEST_CASE("vendor database: only 0 and 101 make a device known") {
  const Scratch scratch;
  VendorDatabase database(scratch.path(), Access::write);
  database.add(receipt(kSuid, 107));
  CHECK_FALSE(database.knows(kSuid));
  database.add(receipt(kSuid, 101));
  CHECK(database.knows(kSuid));
  CHECK(database.devices().at(kSuid).imports == 1);
  CHECK(database.devices().at(kSuid).events.size() == 2);
}

TEST_CASE("vendor database: forced codes are counted for life") {
  const Scratch scratch;
  {
    VendorDatabase database(scratch.path(), Access::write);
    database.add(receipt(kSuid, 113, true));
    database.close(log("T-1"));
  }
  const VendorDatabase database(scratch.path(), Access::read);
  CHECK(database.forced(113) == 1);
  CHECK(database.forced(110) == 0);
  CHECK(database.was_forced(kSuid, 113));
  CHECK_FALSE(database.was_forced(kSuid, 110));
}

TEST_CASE("vendor database: a planted device is known, but was never imported") {
  const Scratch scratch;
  {
    VendorDatabase database(scratch.path(), Access::write);
    database.plant({kSuid, kSuid});
    database.plant({kSuid});
  }
  CHECK(Scratch::content(scratch / "devices.txt") == "K " + kSuid + "\n");
  const VendorDatabase database(scratch.path(), Access::read);
  CHECK(database.knows(kSuid));
  CHECK(database.devices().at(kSuid).imports == 0);
}

TEST_CASE("vendor database: one writer at a time, readers at any time") {
  const Scratch scratch;
  const VendorDatabase writer(scratch.path(), Access::write);
  CHECK_THROWS_AS(VendorDatabase(scratch.path(), Access::write), Failure);
  CHECK_NOTHROW(VendorDatabase(scratch.path(), Access::read));
}

TEST_CASE("vendor database: a foreign file is refused with the number of its line") {
  const Scratch scratch;
  for (const char* text : {"hello\n", "R 1 x\n", "L T-1\n", "A T-9\n", "\n", "R 1 - 0 zz 0 0\n"}) {
    CAPTURE(text);
    static_cast<void>(scratch.file("devices.txt", text));
    CHECK_THROWS_WITH(VendorDatabase(scratch.path(), Access::write), Catch::Contains("line 1"));
  }
}

}  // namespace
}  // namespace quittance::simulators
