// A forked process that is asked and answers through one socket: messages of a length and bytes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"

namespace quittance::audit {

inline constexpr std::size_t kLongestMessage = 256 * 1024 * 1024;  // bytes; ours are far shorter

class Channel {
 public:
  explicit Channel(Fd fd) : fd_(std::move(fd)) {}
  // False when nobody reads or writes at the other end any more.
  [[nodiscard]] bool send(std::string_view message);
  [[nodiscard]] std::optional<std::string> receive();  // nothing at the end, or when it is cut
  [[nodiscard]] const Fd& fd() const { return fd_; }
  void close() { fd_ = Fd(); }

 private:
  [[nodiscard]] bool read_exactly(char* out, std::size_t size);
  Fd fd_;
};

class WorkerProcess {
 public:
  // Runs `body` in a process of its own, which ends with it, and with its parent. An exception of the
  // body ends it as well. The process keeps `keep` and closes every other descriptor of ours.
  WorkerProcess(const std::function<void(Channel&)>& body, const std::vector<int>& keep);
  ~WorkerProcess();  // kills it
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  [[nodiscard]] Channel& channel() { return channel_; }
  // Waits for its end; how it ended, in words: "it was killed by signal 9".
  [[nodiscard]] std::string end();

 private:
  int pid_ = -1;
  Channel channel_;
};

}  // namespace quittance::audit
