// Jobs for several worker processes; results come back in the order of the jobs, whoever did them. A job
// whose worker died is done once more by a new one; if that dies as well, the job has no result. A
// Failure in a worker is a fault of the program and is thrown in the parent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/worker_process.h"

namespace quittance::audit {

// Runs in the worker: answers one job.
using Work = std::function<std::string(std::string_view job)>;

struct Outcome {
  std::uint64_t number = 0;           // of the job, counted from 0
  std::optional<std::string> result;  // nothing: `reason` says how the workers ended
  std::string reason;
};

class WorkerPool {
 public:
  // `begin` runs in each new worker, confines it, and gives its work. `keep`: descriptors it needs.
  WorkerPool(unsigned processes, std::function<Work()> begin, std::vector<int> keep);
  void submit(std::string job);
  // Whether so many jobs are on their way that the next result should be taken first.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool is_idle() const { return taken_ == submitted_; }
  [[nodiscard]] Outcome next();  // waits; only when not idle

 private:
  struct Job {
    std::uint64_t number = 0;
    std::string text;
    int deaths = 0;
  };
  struct Slot {
    std::optional<WorkerProcess> worker;
    std::optional<Job> job;
  };
  void give_out();
  void give(Slot& slot);
  void wait_for_one();
  void collect(Slot& slot);
  void bury(Slot& slot);

  std::function<Work()> begin_;
  std::vector<int> keep_;
  std::vector<Slot> slots_;
  std::deque<Job> waiting_;
  std::map<std::uint64_t, Outcome> done_;
  std::uint64_t submitted_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace quittance::audit
