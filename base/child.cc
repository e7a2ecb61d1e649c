// Talking to a child over its standard input and output. A child that reads no more is told by a
// return value, never by SIGPIPE, whatever the program has set for that signal.
#include "base/child.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "base/fault.h"
#include "base/spawn.h"

namespace quittance {
namespace {

constexpr std::size_t kBlock = 8 * 1024;
constexpr std::size_t kLongestLine = 16 * 1024 * 1024;

// Appends what is there to `text`; false at the end.
bool read_more(const Fd& fd, std::string& text) {
  char block[kBlock];
  while (true) {
    const ssize_t got = read(fd.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_failure("read from", "child process", errno);
    text.append(block, static_cast<std::size_t>(got));
    return got > 0;
  }
}

// Keeps SIGPIPE off this thread, and takes away the one that a write of ours raised.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    const timespec no_time{};
    if (!was_pending_) (void)sigtimedwait(&pipe_, nullptr, &no_time);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace

Child::Child(const std::vector<std::string>& argv) {
  const std::string program = argv.empty() ? "" : argv[0];
  Pipe input = make_pipe(program);
  Pipe output = make_pipe(program);
  pid_ = spawn(argv, input.read, output.write);
  input_ = std::move(input.write);
  output_ = std::move(output.read);
}

Child::Child(const std::vector<std::string>& argv, const Fd& input) {
  Pipe output = make_pipe(argv.empty() ? "" : argv[0]);
  pid_ = spawn(argv, input, output.write);
  output_ = std::move(output.read);
}

Child::~Child() {
  close_input();
  output_ = Fd();  // it would wait for ever to get rid of output that nobody reads
  if (status_ < 0) wait_for(pid_);
}

bool Child::write(std::string_view text) {
  const NoPipeSignal guard;
  while (!text.empty() && input_) {
    const ssize_t done = ::write(input_.get(), text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EPIPE) return false;
    if (done < 0) throw system_failure("write to", "child process", errno);
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return text.empty();
}

void Child::close_input() { input_ = Fd(); }

bool Child::read_line(std::string& line) {
  std::size_t scanned = 0;
  std::size_t end = buffered_.find('\n');
  while (end == std::string::npos) {
    scanned = buffered_.size();
    if (scanned > kLongestLine) {
      throw machine_failure("machine.child", "child process", "it sends a line without an end",
                            "see that the right program is configured");
    }
    if (!output_ || !read_more(output_, buffered_)) break;
    end = buffered_.find('\n', scanned);
  }
  if (end == std::string::npos && buffered_.empty()) return false;
  line.assign(buffered_, 0, end);
  buffered_.erase(0, end == std::string::npos ? end : end + 1);
  return true;
}

int Child::wait() {
  if (status_ >= 0) return status_;
  close_input();
  std::string unread;
  while (output_ && read_more(output_, unread)) unread.clear();
  status_ = wait_for(pid_);
  if (status_ < 0) throw system_failure("wait for", "child process", ECHILD);
  return status_;
}

ChildResult run_child(const std::vector<std::string>& argv, std::size_t limit) {
  const std::string program = argv.empty() ? "" : argv[0];
  const Fd nothing = open_nothing(program);
  Pipe output = make_pipe(program);
  const int pid = spawn(argv, nothing, output.write);
  output.write = Fd();
  ChildResult result;
  while (result.output.size() <= limit && read_more(output.read, result.output)) {}
  const bool too_much = result.output.size() > limit;
  if (too_much) kill(pid, SIGKILL);
  result.exit_code = wait_for(pid);
  if (too_much) {
    throw machine_failure("machine.child", program,
                          fmt::format("it puts out more than the {} bytes that are expected of it", limit),
                          "see that the right program is configured");
  }
  return result;
}

}  // namespace quittance
