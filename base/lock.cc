// The lock of a run. The kernel frees it with the process, so there is no stale lock to clear away;
// the text in the file is only for people who wonder who holds it.
#include "base/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

std::string field(std::string_view text, std::string_view name) {
  for (const std::string& line : split_list(text, '\n')) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return {};
}

// " process 4711 (quittance collect) since ..." as far as it is known.
std::string holder(const Fd& fd, const Path& path) {
  std::array<std::uint8_t, 4096> block{};
  const std::string_view text = as_text(ByteView(block.data(), read_at(fd, path, 0, block)));
  const std::string process = field(text, "pid=");
  const std::string command = field(text, "command=");
  const std::string since = field(text, "since=");
  if (process.empty()) return {};
  std::string who = ": process " + escaped(process);
  if (!command.empty()) who += " (" + escaped(command) + ")";
  if (!since.empty()) who += " since " + escaped(since);
  return who;
}

int lock_now(const Fd& fd) {
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

Failure held_by_another(const Fd& fd, const Path& path) {
  return {Exit::locked,
          Fault{"run.locked", Severity::trouble, path.string(), 0, "",
                "another run holds the lock" + holder(fd, path),
                "wait until it has ended and run again; the lock goes with its process, leave the file"}};
}

}  // namespace

RunLock::RunLock(const Path& state, const std::string& command) {
  const Path path = state / "lock";
  fd_ = Fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd_) throw system_failure("open the lock file", path.string(), errno);
  const int error = lock_now(fd_);
  if (error == EWOULDBLOCK) throw held_by_another(fd_, path);
  if (error != 0) throw system_failure("lock", path.string(), error);
  if (ftruncate(fd_.get(), 0) != 0) throw system_failure("empty the lock file", path.string(), errno);
  write_all(fd_, path,
            fmt::format("pid={}\ncommand={}\nsince={}\n", getpid(), escaped(command), to_text(now())));
}

}  // namespace quittance
