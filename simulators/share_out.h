// Work on numbered items by several threads, where each thread keeps state of its own.
#pragma once

#include <cstddef>
#include <functional>

namespace quittance::simulators {

// Gives out the next item, each exactly once; false when there are no more.
using NextItem = std::function<bool(std::size_t&)>;

// Runs `worker` on up to `jobs` threads over the items 0..count-1. The first exception stops the
// giving out and is thrown again here, after all threads have ended.
void share_out(std::size_t count, std::size_t jobs, const std::function<void(const NextItem&)>& worker);

}  // namespace quittance::simulators
