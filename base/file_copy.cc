// Copies and whole files, published durably. A run that was stopped after publishing finds its own
// bytes under the name: that counts as done, once they are surely on the disk.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/fault.h"
#include "base/file.h"
#include "base/file_rename.h"

namespace quittance {
namespace {

constexpr std::size_t kBlock = 1024 * 1024;

bool is_regular(const Fd& fd, const Path& path) {
  struct stat status{};
  if (fstat(fd.get(), &status) != 0) throw system_failure("look at", path.string(), errno);
  return S_ISREG(status.st_mode);
}

// What lies under a published name, without following links and without waiting for a pipe's other
// end. Nothing when it isn't a regular file.
Fd open_published(const Path& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  if (!fd && errno != ELOOP && errno != ENXIO) throw system_failure("open for reading", path.string(), errno);
  if (!fd || !is_regular(fd, path)) return {};
  return fd;
}

void sync_published(const Fd& fd, const Path& path) {
  sync_file(fd, path);
  sync_folder(folder_of(path));
}

// Goes through both files at once; `copied` gets length and digest of the first. Without a second one
// (the name is taken by something else than a file) nothing is the same.
bool same_bytes(const Fd& from, const Path& from_path, const Fd& to, const Path& to_path, Copied& copied) {
  Bytes ours(kBlock);
  Bytes theirs(kBlock);
  Sha256 sha;
  bool same = static_cast<bool>(to);
  std::size_t got = 0;
  copied.bytes = 0;
  do {
    got = read_at(from, from_path, copied.bytes, ours);
    const std::size_t other = same ? read_at(to, to_path, copied.bytes, theirs) : 0;
    same = same && got == other &&
           std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(got), theirs.begin());
    sha.add(ByteView(ours.data(), got));
    copied.bytes += got;
  } while (got > 0);
  copied.digest = sha.value();
  return same;
}

Copied compare(const Fd& from, const Path& from_path, const Path& to) {
  Copied copied;
  const Fd there = open_published(to);
  copied.published = same_bytes(from, from_path, there, to, copied);
  if (copied.published) sync_published(there, to);
  return copied;
}

Copied copy_new(const Fd& from, const Path& from_path, const Path& to) {
  FileWriter writer(to);
  Bytes block(kBlock);
  Sha256 sha;
  while (const std::size_t got = read_at(from, from_path, writer.size(), block)) {
    const ByteView bytes(block.data(), got);
    sha.add(bytes);
    writer.write(as_text(bytes));
  }
  Copied copied;
  copied.bytes = writer.size();
  copied.digest = sha.value();
  copied.published = writer.publish(false);
  return copied;
}

// Reads back from the disk, not from the pages that were just written.
Digest digest_on_disk(const Path& path) {
  const Fd fd = open_to_read(path);
  (void)posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  return digest_file(path);
}

void want_regular(const Path& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) throw system_failure("look at", path.string(), errno);
  if (S_ISREG(status.st_mode)) return;
  throw machine_failure("machine.not-a-file", path.string(),
                        "only regular files can be moved to another file system, and it is none",
                        "move it by hand or take it out of the folder");
}

bool holds(const Path& path, std::string_view bytes) {
  const Fd fd = open_published(path);
  if (!fd) return false;
  Bytes found(bytes.size() + 1);
  const std::size_t got = read_at(fd, path, 0, found);
  if (as_text(ByteView(found.data(), got)) != bytes) return false;
  sync_published(fd, path);
  return true;
}

}  // namespace

Copied copy_durably(const Path& from, const Path& to) {
  const Fd source = open_to_read(from);
  if (!is_regular(source, from)) throw system_failure("copy", from.string(), EISDIR);
  if (is_taken(to)) return compare(source, from, to);
  const Copied copied = copy_new(source, from, to);
  return copied.published ? copied : compare(source, from, to);  // the name was taken meanwhile
}

bool move_anywhere(const Path& from, const Path& to) {
  const int error = rename_new(from, to);
  if (error == 0) sync_both_folders(from, to);
  if (error == 0 || error == EEXIST) return error == 0;
  if (error != EXDEV) throw system_failure("move to " + to.string(), from.string(), error);
  want_regular(from);
  const Copied copied = copy_durably(from, to);
  if (!copied.published) return false;
  if (digest_on_disk(to) != copied.digest) {
    throw machine_failure("machine.bad-copy", to.string(), "it reads back other bytes than " + from.string(),
                          "check the disk, remove the copy and run again; the original is kept");
  }
  remove_durably(from);
  return true;
}

bool write_durably(const Path& to, std::string_view bytes) {
  if (is_taken(to)) return holds(to, bytes);
  FileWriter writer(to);
  writer.write(bytes);
  return writer.publish(false) || holds(to, bytes);
}

}  // namespace quittance
