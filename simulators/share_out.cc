// Gives numbered items to threads by one atomic counter.
#include "simulators/share_out.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace quittance::simulators {

void share_out(std::size_t count, std::size_t jobs, const std::function<void(const NextItem&)>& worker) {
  std::atomic<std::size_t> given{0};
  std::atomic<bool> stopped{false};
  std::mutex guard;
  std::exception_ptr first;
  const NextItem next = [&](std::size_t& item) {
    item = given.fetch_add(1);
    return item < count && !stopped;
  };
  const auto guarded = [&] {
    try {
      worker(next);
    } catch (...) {
      stopped = true;
      const std::lock_guard lock(guard);
      if (!first) first = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(jobs, count); ++i) threads.emplace_back(guarded);
  guarded();
  for (auto& thread : threads) thread.join();
  if (first) std::rethrow_exception(first);
}

}  // namespace quittance::simulators
