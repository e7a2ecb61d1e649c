#include "audit/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "audit/wire.h"
#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kBlock = 1024 * 1024;
constexpr std::size_t kPiece = 16 * 1024 * 1024;
constexpr const char* kCopy = "the copy of the log";

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

// Within one kind of file system the kernel copies by itself, or only links the blocks. 0: it can't.
std::uint64_t copied_by_kernel(const Fd& from, const Fd& to, FollowingDigest& digest) {
  std::uint64_t bytes = 0;
  while (bytes <= kLargestLog) {  // it may grow while it is read
    const ssize_t done = copy_file_range(from.get(), nullptr, to.get(), nullptr, kPiece, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && bytes > 0) throw system_failure("copy", kCopy, errno);
    if (done <= 0) break;
    bytes += static_cast<std::uint64_t>(done);
    digest.advance(bytes);
  }
  return bytes;
}

std::uint64_t copied_by_hand(const Fd& from, const Path& log, const Fd& to, FollowingDigest& digest) {
  std::uint64_t bytes = 0;
  Bytes block(kBlock);
  while (const std::size_t got = read_at(from, log, bytes, block)) {
    write_all(to, kCopy, as_text(ByteView(block.data(), got)));
    bytes += got;
    digest.advance(bytes);
    if (bytes > kLargestLog) break;
  }
  return bytes;
}

// Adds the bytes from `at` to `end`.
void hash(const Fd& file, std::uint64_t& at, std::uint64_t end, Sha256& sha) {
  Bytes block(kBlock);
  while (at < end) {
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(end - at, block.size()));
    const std::size_t got = read_at(file, kCopy, at, std::span(block).first(room));
    if (got == 0) throw system_failure("read", kCopy, EIO);
    sha.add(ByteView(block.data(), got));
    at += got;
  }
}

// In its own process: is told how far the file is, and at last that this is all.
void follow(int file, Channel& channel) {
  const Fd own(file);
  Sha256 sha;
  std::uint64_t at = 0;
  while (const auto message = channel.receive()) {
    WireReader in(*message);
    hash(own, at, static_cast<std::uint64_t>(in.i64()), sha);
    if (in.u8() == 0) continue;
    if (!channel.send(as_text(ByteView(sha.value())))) throw WireError("nobody listens");
    return;
  }
}

}  // namespace

FollowingDigest::FollowingDigest(const Fd& file)
    : file_(file.get()), process_([this](Channel& channel) { follow(file_, channel); }, {file.get()}) {}

void FollowingDigest::say(bool is_all) {
  WireWriter out;
  out.i64(static_cast<std::int64_t>(bytes_));
  out.u8(is_all ? 1 : 0);
  (void)process_.channel().send(out.take());  // a process that died is noticed at the end
}

void FollowingDigest::advance(std::uint64_t bytes) {
  bytes_ = bytes;
  say(false);
}

// The process was killed: it reads nothing but bytes, so that this one can do its work.
Digest FollowingDigest::digest_again() const {
  Fd file(file_);
  Sha256 sha;
  std::uint64_t at = 0;
  hash(file, at, bytes_, sha);
  (void)file.release();  // it stays the evidence's
  return sha.value();
}

Digest FollowingDigest::finish() {
  say(true);
  const auto message = process_.channel().receive();
  Digest digest{};
  if (!message || message->size() != digest.size()) return digest_again();
  std::ranges::copy(as_bytes(*message), digest.begin());
  return digest;
}

Fd unnamed_file(const std::string& purpose) {
  const Path folder = temporary_folder();
  constexpr mode_t kMine = 0600;
  Fd fd(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMine));
  if (!fd && (errno == EOPNOTSUPP || errno == EISDIR)) {  // a file system without unnamed files
    std::string name = (folder / "quittance-audit-XXXXXX").string();
    fd = Fd(mkostemp(name.data(), O_CLOEXEC));
    if (fd) unlink(name.c_str());
  }
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
  evidence.digest = std::make_unique<FollowingDigest>(evidence.fd);
  evidence.bytes = copied_by_kernel(from, evidence.fd, *evidence.digest);
  if (evidence.bytes == 0) evidence.bytes = copied_by_hand(from, log, evidence.fd, *evidence.digest);
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
