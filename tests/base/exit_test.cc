// The order of exit codes.
#include "base/exit.h"

#include <catch2/catch.hpp>

namespace quittance {
namespace {

TEST_CASE("exit: the numbers are what scripts rely on") {
  CHECK(static_cast<int>(Exit::ok) == 0);
  CHECK(static_cast<int>(Exit::program) == 1);
  CHECK(static_cast<int>(Exit::usage) == 2);
  CHECK(static_cast<int>(Exit::findings) == 3);
  CHECK(static_cast<int>(Exit::unreachable) == 4);
  CHECK(static_cast<int>(Exit::locked) == 5);
  CHECK(static_cast<int>(Exit::machine) == 6);
}

TEST_CASE("exit: the worse of two wins, from either side") {
  const Exit ranked[] = {Exit::program,     Exit::machine, Exit::findings,
                         Exit::unreachable, Exit::locked,  Exit::ok};
  for (const Exit& high : ranked) {
    for (const Exit* low = &high; low != std::end(ranked); ++low) {
      CHECK(worse(high, *low) == high);
      CHECK(worse(*low, high) == high);
    }
  }
}

TEST_CASE("exit: of two others the first stays") {
  CHECK(worse(Exit::usage, Exit::locked) == Exit::usage);
  CHECK(worse(Exit::locked, Exit::usage) == Exit::locked);
  CHECK(worse(Exit::ok, Exit::usage) == Exit::usage);
}

}  // namespace
}  // namespace quittance
