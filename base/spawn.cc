// Children by posix_spawn: no shell, no descriptor of ours but the three standard ones, signals as a
// fresh program expects them.
#include "base/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/fault.h"

namespace quittance {
namespace {

constexpr int kFirstOther = 3;

// Our own standard descriptors may be closed; a pipe in their place would be lost in the child.
Fd above_standard(Fd fd, const std::string& program) {
  if (fd.get() >= kFirstOther) return fd;
  Fd moved(fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstOther));
  if (!moved) throw system_failure("make a pipe", program, errno);
  return moved;
}

class SpawnPlan {
 public:
  SpawnPlan(int input, int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kFirstOther);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void want_absolute(const std::vector<std::string>& argv) {
  if (!argv.empty() && argv[0].starts_with('/')) return;
  throw program_failure(argv.empty() ? "child process" : argv[0],
                        "a program is started by another path than an absolute one");
}

}  // namespace

Pipe make_pipe(const std::string& program) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_failure("make a pipe", program, errno);
  Fd read(ends[0]);
  Fd write(ends[1]);
  return {above_standard(std::move(read), program), above_standard(std::move(write), program)};
}

Fd open_nothing(const std::string& program) {
  Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) throw system_failure("open for reading", "/dev/null", errno);
  return above_standard(std::move(nothing), program);
}

int spawn(const std::vector<std::string>& argv, const Fd& input, const Fd& output) {
  want_absolute(argv);
  const SpawnPlan plan(input.get(), output.get());
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, words[0], plan.actions(), plan.attributes(), words.data(), environ);
  if (error != 0) throw system_failure("start", argv[0], error);
  return pid;
}

int wait_for(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace quittance
