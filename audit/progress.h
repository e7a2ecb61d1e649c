// A bar on standard error, if that is a terminal.
#pragma once

#include <cstdint>
#include <string>

namespace quittance::audit {

class Progress {
 public:
  // `expected`: about how many there will be.
  Progress(std::string what, std::uint64_t expected);
  ~Progress();  // takes the bar away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance(std::uint64_t count);

 private:
  std::string what_;
  std::uint64_t expected_;
  std::uint64_t done_ = 0;
  std::int64_t shown_at_ = 0;  // tenths of a second
  bool is_terminal_;
};

}  // namespace quittance::audit
