// Times and their text.
#include "base/clock.h"

#include <catch2/catch.hpp>
#include <ctime>
#include <limits>

namespace quittance {
namespace {

TEST_CASE("clock: it can be held and let go") {
  hold_clock(1795140000);
  CHECK(now() == 1795140000);
  CHECK(now() == 1795140000);
  hold_clock(std::numeric_limits<Seconds>::min());
  const Seconds before = std::time(nullptr);
  const Seconds at = now();
  CHECK(at >= before);
  CHECK(at <= std::time(nullptr));
}

TEST_CASE("clock: known times as text") {
  CHECK(to_text(0) == "1970-01-01T00:00:00Z");
  CHECK(to_text(-1) == "1969-12-31T23:59:59Z");
  CHECK(to_text(951782400) == "2000-02-29T00:00:00Z");
  CHECK(to_text(1795140000) == "2026-11-20T02:00:00Z");
  CHECK(to_text(4102444799) == "2099-12-31T23:59:59Z");
  CHECK(to_date(1795140000) == "20261120");
  CHECK(to_date(0) == "19700101");
}

TEST_CASE("clock: times are read in both forms") {
  CHECK(parse_time("2026-11-20T02:00:00Z") == 1795140000);
  CHECK(parse_time("2026-11-20") == 1795132800);
  CHECK(parse_time("2000-02-29") == 951782400);
  CHECK(parse_time("1970-01-01T00:00:00Z") == 0);
}

TEST_CASE("clock: what is no time is refused") {
  for (const char* wrong : {"",
                            "2026",
                            "2026-11-31",
                            "2026-02-29",
                            "2100-02-29",
                            "2026-13-01",
                            "2026-00-01",
                            "2026-11-00",
                            "2026-11-20T24:00:00Z",
                            "2026-11-20T02:60:00Z",
                            "2026-11-20T02:00:60Z",
                            "2026-11-20T02:00:00",
                            "2026-11-20 02:00:00Z",
                            "2026-11-20T02:00:00z",
                            "20261120",
                            "2026-1-020",
                            "2026/11/20",
                            "+026-11-20",
                            "2026-11-2a",
                            "2026-11-20T02:00:00+0",
                            " 026-11-20"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_time(wrong));
  }
}

TEST_CASE("clock: durations") {
  CHECK(parse_duration("90s") == 90);
  CHECK(parse_duration("15m") == 900);
  CHECK(parse_duration("24h") == 86400);
  CHECK(parse_duration("3d") == 259200);
  CHECK(parse_duration("0s") == 0);
  CHECK(parse_duration("4294967295d") == 4294967295 * 86400);
  for (const char* wrong : {"", "s", "90", "-1s", "+1s", "1.5h", "1w", "1 h", " 1h", "1h ", "01h", "1H",
                            "99999999999999999999d", "1h30m"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

}  // namespace
}  // namespace quittance
