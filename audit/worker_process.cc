#include "audit/worker_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "base/fault.h"
#include "base/spawn.h"

namespace quittance::audit {
namespace {

constexpr int kFirstOther = 3;

void close_all_but(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned from = kFirstOther;
  for (const int fd : keep) {
    if (fd < kFirstOther) continue;
    const auto kept = static_cast<unsigned>(fd);
    if (kept > from) close_range(from, kept - 1, 0);
    from = kept + 1;
  }
  close_range(from, ~0U, 0);
}

// Never returns. Buffers of stdio are the parent's: they must not be written twice.
[[noreturn]] void live(const std::function<void(Channel&)>& body, Fd own, std::vector<int> keep, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, SIG_IGN);  // the parent gets it as well, and ends us
  keep.push_back(own.get());
  close_all_but(std::move(keep));
  Channel channel(std::move(own));
  try {
    body(channel);
  } catch (const std::exception&) {
    _exit(1);
  }
  _exit(0);
}

}  // namespace

bool Channel::send(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::array<char, 4> head{};
  for (std::size_t i = 0; i < head.size(); ++i) head[i] = static_cast<char>(size >> (8 * i) & 0xffU);
  for (std::string_view part : {std::string_view(head.data(), head.size()), message}) {
    while (!part.empty()) {
      const ssize_t done = ::send(fd_.get(), part.data(), part.size(), MSG_NOSIGNAL);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return false;
      part.remove_prefix(static_cast<std::size_t>(done));
    }
  }
  return true;
}

bool Channel::read_exactly(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = read(fd_.get(), out, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<std::string> Channel::receive() {
  std::array<char, 4> head{};
  if (!fd_ || !read_exactly(head.data(), head.size())) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = head.size(); i-- > 0;) size = size << 8U | static_cast<unsigned char>(head[i]);
  if (size > kLongestMessage) return std::nullopt;
  std::string message(size, '\0');
  if (!read_exactly(message.data(), size)) return std::nullopt;
  return message;
}

WorkerProcess::WorkerProcess(const std::function<void(Channel&)>& body, const std::vector<int>& keep)
    : channel_(Fd()) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw system_failure("make a pipe to", "a worker process", errno);
  Fd ours(ends[0]);
  Fd theirs(ends[1]);
  const int parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw system_failure("start", "a worker process", errno);
  if (pid_ == 0) live(body, std::move(theirs), keep, parent);
  channel_ = Channel(std::move(ours));
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), channel_(std::move(other.channel_)) {}

WorkerProcess::~WorkerProcess() {
  channel_.close();
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  wait_for(pid_);
}

std::string WorkerProcess::end() {
  channel_.close();
  const int pid = std::exchange(pid_, -1);
  const int code = pid < 0 ? 0 : wait_for(pid);
  if (code > 128) return fmt::format("it was killed by signal {} ({})", code - 128, sigabbrev_np(code - 128));
  return fmt::format("it ended with code {}", code);
}

}  // namespace quittance::audit
