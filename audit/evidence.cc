#include "audit/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kBlock = 1024 * 1024;

struct stat status_of(const Fd& fd, const std::string& object) {
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) throw system_failure("look at", object, errno);
  if (S_ISREG(status.st_mode)) return status;
  throw machine_failure("machine.not-a-file", object, "it is not a regular file",
                        "name the audit log itself");
}

Path temporary_folder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/var/tmp";
}

}  // namespace

Fd unnamed_file(const std::string& purpose) {
  const Path folder = temporary_folder();
  constexpr mode_t kMine = 0600;
  Fd fd(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMine));
  if (!fd) throw system_failure("make a temporary file (" + purpose + ") in", folder.string(), errno);
  return fd;
}

Evidence copy_evidence(const Path& log) {
  const Fd from = open_to_read(log);
  const struct stat before = status_of(from, log.string());
  if (static_cast<std::uint64_t>(before.st_size) > kLargestLog) {
    throw machine_failure("machine.too-large", log.string(),
                          fmt::format("it is larger than {} bytes", kLargestLog),
                          "see whether it is the right file");
  }
  Evidence evidence;
  evidence.fd = unnamed_file("the copy of the log");
  Sha256 sha;
  Bytes block(kBlock);
  while (const std::size_t got = read_at(from, log, evidence.bytes, block)) {
    sha.add(ByteView(block.data(), got));
    write_all(evidence.fd, log, as_text(ByteView(block.data(), got)));
    evidence.bytes += got;
    if (evidence.bytes > kLargestLog) break;  // it grows while it is read
  }
  evidence.digest = sha.value();
  for (const char* const ending : {"-journal", "-wal", "-shm"}) {
    const std::string beside = log.string() + ending;
    if (is_there(beside)) evidence.sidecars.push_back(Path(beside).filename().string());
  }
  return evidence;
}

Evidence take_evidence(int fd) {
  Evidence evidence;
  evidence.fd = Fd(fcntl(fd, F_DUPFD_CLOEXEC, 3));
  const std::string object = fmt::format("descriptor {}", fd);
  if (!evidence.fd) throw system_failure("take", object, errno);
  evidence.bytes = static_cast<std::uint64_t>(status_of(evidence.fd, object).st_size);
  return evidence;
}

}  // namespace quittance::audit
