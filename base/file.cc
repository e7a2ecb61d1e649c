// Reading and writing through descriptors: interruptions and short transfers are handled here, and a
// failed fsync is never tried again, because the kernel has dropped the pages by then.
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/fault.h"
#include "base/file_rename.h"

namespace quittance {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

Failure not_a_file(const Path& path) {
  return machine_failure("machine.not-a-file", path.string(), "it is neither a regular file nor a folder",
                         "replace it by a regular file (pipes, sockets and devices are not read)");
}

Failure too_large(const Path& path, std::size_t limit) {
  return machine_failure("machine.too-large", path.string(),
                         fmt::format("it is larger than the {} bytes that such a file may have", limit),
                         "see whether it is the right file");
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) close(fd_);
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) close(fd_);
  fd_ = other.release();
  return *this;
}

int Fd::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

Fd open_to_read(const Path& path) {
  // Without O_NONBLOCK a pipe that lies among the files would hold the run until somebody writes to it.
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd && errno == ENXIO) throw not_a_file(path);
  if (!fd) throw system_failure("open for reading", path.string(), errno);
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) throw system_failure("look at", path.string(), errno);
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) throw not_a_file(path);
  return fd;
}

std::size_t read_at(const Fd& fd, const Path& path, std::uint64_t offset, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(fd.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_failure("read", path.string(), errno);
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void write_all(const Fd& fd, const Path& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(fd.get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw system_failure("write", path.string(), done < 0 ? errno : EIO);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

void sync_file(const Fd& fd, const Path& path) {
  if (fsync(fd.get()) != 0) throw system_failure("bring to the disk (fsync)", path.string(), errno);
}

void sync_folder(const Path& folder) {
  const Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw system_failure("open the folder", folder.string(), errno);
  sync_file(fd, folder);
}

std::string read_small_file(const Path& path, std::size_t limit) {
  const Fd fd = open_to_read(path);
  std::string text;
  while (text.size() <= limit) {
    const std::size_t before = text.size();
    text.resize(before + std::min(kBlock, limit - before + 1));
    std::span<std::uint8_t> room(reinterpret_cast<std::uint8_t*>(text.data()) + before, text.size() - before);
    const std::size_t got = read_at(fd, path, before, room);
    text.resize(before + got);
    if (got < room.size()) return text;
  }
  throw too_large(path, limit);
}

Digest digest_file(const Path& path) {
  const Fd fd = open_to_read(path);
  Sha256 sha;
  Bytes block(kBlock);
  std::uint64_t offset = 0;
  while (const std::size_t got = read_at(fd, path, offset, block)) {
    sha.add(ByteView(block.data(), got));
    offset += got;
  }
  return sha.value();
}

void remove_durably(const Path& path) {
  if (std::remove(path.c_str()) != 0) throw system_failure("remove", path.string(), errno);
  sync_folder(folder_of(path));
}

}  // namespace quittance
