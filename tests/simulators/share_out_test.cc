// Sharing work out to threads: each item once, and no exception is lost.
#include "simulators/share_out.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

namespace quittance::simulators {
namespace {

TEST_CASE("share_out: each item is given out exactly once, by however many threads") {
  for (const std::size_t jobs : {1U, 2U, 7U}) {
    std::vector<std::atomic<int>> times(1000);
    share_out(times.size(), jobs, [&](const NextItem& next) {
      for (std::size_t i = 0; next(i);) ++times[i];
    });
    for (const auto& count : times) REQUIRE(count == 1);
  }
}

TEST_CASE("share_out: no items, no harm") {
  int calls = 0;
  share_out(0, 4, [&](const NextItem& next) {
    for (std::size_t i = 0; next(i);) ++calls;
  });
  CHECK(calls == 0);
}

TEST_CASE("share_out: an exception in a thread comes out") {
  const auto worker = [](const NextItem& next) {
    for (std::size_t i = 0; next(i);) {
      if (i == 50) throw std::runtime_error("item 50");
    }
  };
  CHECK_THROWS_WITH(share_out(1000, 2, worker), "item 50");
}

}  // namespace
}  // namespace quittance::simulators
