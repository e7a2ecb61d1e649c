#include "audit/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace quittance::audit {
namespace {

constexpr std::size_t kWidth = 30;

std::int64_t tenths() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 10 + at.tv_nsec / 100'000'000;
}

void show(const std::string& text) { static_cast<void>(std::fputs(text.c_str(), stderr)); }

}  // namespace

Progress::Progress(std::string what, std::uint64_t expected)
    : what_(std::move(what)), expected_(expected), is_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (is_terminal_ && shown_at_ != 0) show("\r\x1b[K");
}

void Progress::advance(std::uint64_t count) {
  done_ += count;
  if (!is_terminal_ || tenths() == shown_at_) return;
  shown_at_ = tenths();
  const std::uint64_t all = std::max<std::uint64_t>({expected_, done_, 1});
  const auto filled = static_cast<std::size_t>(kWidth * done_ / all);
  show(fmt::format("\r{} [{}{}] {}", what_, std::string(filled, '#'), std::string(kWidth - filled, ' '),
                   done_));
}

}  // namespace quittance::audit
