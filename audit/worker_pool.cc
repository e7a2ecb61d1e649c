#include "audit/worker_pool.h"

#include <poll.h>

#include <cerrno>
#include <utility>

#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr int kMostDeaths = 2;
constexpr std::size_t kJobsPerWorker = 3;  // one done, one in work, one waiting
constexpr char kAnswer = 'A';              // the first byte of what a worker sends
constexpr char kFailure = 'F';

std::string answer(const Work& work, std::string_view job) {
  try {
    return kAnswer + work(job);
  } catch (const Failure& failure) {
    return kFailure + describe(failure.fault());
  }
}

}  // namespace

WorkerPool::WorkerPool(unsigned processes, std::function<Work()> begin, std::vector<int> keep)
    : begin_(std::move(begin)), keep_(std::move(keep)), slots_(processes) {}

void WorkerPool::submit(std::string job) {
  waiting_.push_back({submitted_++, std::move(job), 0});
  give_out();
}

bool WorkerPool::is_full() const { return submitted_ - taken_ >= kJobsPerWorker * slots_.size(); }

Outcome WorkerPool::next() {
  while (!done_.contains(taken_)) {
    give_out();
    wait_for_one();
  }
  Outcome outcome = std::move(done_.at(taken_));
  done_.erase(taken_++);
  return outcome;
}

void WorkerPool::give_out() {
  for (Slot& slot : slots_) {
    if (slot.job || waiting_.empty()) continue;
    slot.job = std::move(waiting_.front());
    waiting_.pop_front();
    give(slot);
  }
}

void WorkerPool::give(Slot& slot) {
  if (!slot.worker) {
    slot.worker.emplace(
        [this](Channel& channel) {
          const Work work = begin_();
          while (const auto job = channel.receive()) {
            if (!channel.send(answer(work, *job))) return;
          }
        },
        keep_);
  }
  if (!slot.worker->channel().send(slot.job->text)) bury(slot);
}

void WorkerPool::wait_for_one() {
  std::vector<pollfd> ends;
  std::vector<Slot*> busy;
  for (Slot& slot : slots_) {
    if (!slot.job || !slot.worker) continue;
    ends.push_back({slot.worker->channel().fd().get(), POLLIN, 0});
    busy.push_back(&slot);
  }
  if (busy.empty()) return;
  if (poll(ends.data(), ends.size(), -1) < 0) {
    if (errno == EINTR) return;
    throw system_failure("wait for", "worker processes", errno);
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i].revents != 0) collect(*busy[i]);
  }
}

void WorkerPool::collect(Slot& slot) {
  auto result = slot.worker->channel().receive();
  if (!result || result->empty()) return bury(slot);
  const char kind = result->front();
  result->erase(0, 1);
  if (kind == kFailure) throw program_failure("a worker process", *result);
  done_[slot.job->number] = {slot.job->number, std::move(result), ""};
  slot.job.reset();
}

void WorkerPool::bury(Slot& slot) {
  std::string reason = slot.worker->end();
  slot.worker.reset();
  Job job = std::move(*slot.job);
  slot.job.reset();
  if (++job.deaths < kMostDeaths) {
    waiting_.push_front(std::move(job));
  } else {
    done_[job.number] = {job.number, std::nullopt, std::move(reason)};
  }
}

}  // namespace quittance::audit
