// The plan: how many lines of what, and that each repetition stands behind what it repeats.
#include "simulators/production_plan.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/fault.h"

namespace quittance::simulators {
namespace {

TEST_CASE("plan: a device a line, from the first on") {
  const auto plan = plan_production("seed", 101, 5, {});
  REQUIRE(plan.size() == 5);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    CHECK(plan[i].device == 101 + i);
    CHECK(plan[i].defect == Defect::none);
  }
}

TEST_CASE("plan: as many of each defect as were asked for, the additional ones on top") {
  const auto counts = parse_defects("all=7", false);
  const auto plan = plan_production("seed", 1, 500, counts);
  std::map<Defect, std::uint64_t> found;
  for (const auto& line : plan) ++found[line.defect];
  for (const auto& [defect, count] : counts) {
    CAPTURE(kind_of(defect).name);
    CHECK(found[defect] == count);
  }
  CHECK(plan.size() == 500 + 3 * 7);
}

TEST_CASE("plan: a repetition stands behind the sound device that it repeats") {
  const auto plan = plan_production("seed", 1, 300, parse_defects("all=10,repeat=60,rework=60", false));
  std::map<std::uint64_t, Defect> seen;
  for (const auto& line : plan) {
    if (line.defect == Defect::repeat || line.defect == Defect::rework) {
      REQUIRE(seen.count(line.device) == 1);
      CHECK(seen[line.device] == Defect::none);  // neither spoilt nor repeated before
    }
    seen[line.device] = line.defect;
  }
}

TEST_CASE("plan: the same seed makes the same plan") {
  const auto counts = parse_defects("repeat=20", false);
  const auto first = plan_production("seed", 1, 50, counts);
  const auto second = plan_production("seed", 1, 50, counts);
  const auto other = plan_production("other seed", 1, 50, counts);
  const auto same = [](const PlannedLine& a, const PlannedLine& b) {
    return a.device == b.device && a.defect == b.defect;
  };
  CHECK(std::equal(first.begin(), first.end(), second.begin(), second.end(), same));
  CHECK_FALSE(std::equal(first.begin(), first.end(), other.begin(), other.end(), same));
}

TEST_CASE("plan: more defects than devices is wrong usage") {
  CHECK_NOTHROW(plan_production("seed", 1, 3, parse_defects("flag=3", false)));
  CHECK_THROWS_AS(plan_production("seed", 1, 3, parse_defects("flag=4", false)), Failure);
  CHECK_THROWS_AS(plan_production("seed", 1, 3, parse_defects("flag=2,repeat=2", false)), Failure);
}

TEST_CASE("defects: names and counts") {
  CHECK(parse_defects("", false).empty());
  const auto counts = parse_defects("all=2, flag=5", false);
  CHECK(counts.at(Defect::flag) == 5);
  CHECK(counts.at(Defect::blank) == 2);
  CHECK(counts.count(Defect::refurbished) == 0);
  CHECK(parse_defects("all=1", true).count(Defect::refurbished) == 1);
  CHECK_THROWS_WITH(parse_defects("signture=1", false), Catch::Contains("signature"));
  for (const char* wrong : {"flag", "flag=", "flag=x", "flag=-1", "=3"})
    CHECK_THROWS_AS(parse_defects(wrong, false), Failure);
}

}  // namespace
}  // namespace quittance::simulators
