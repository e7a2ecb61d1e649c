// Files with durability: what is published is complete, on the disk, and never replaces another.
// Every failure is a Failure that names the file and the cause.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"

namespace quittance {

using Path = std::filesystem::path;

// An open file descriptor, closed when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd();
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

[[nodiscard]] Fd open_to_read(const Path& path);  // regular files and folders, follows links
// Reads up to `out.size()` bytes at `offset`; fewer only at the end of the file.
[[nodiscard]] std::size_t read_at(const Fd& fd, const Path& path, std::uint64_t offset,
                                  std::span<std::uint8_t> out);
void write_all(const Fd& fd, const Path& path, std::string_view bytes);
void sync_file(const Fd& fd, const Path& path);
void sync_folder(const Path& folder);

// The whole of a small file; a Failure when it is larger than `limit` bytes.
[[nodiscard]] std::string read_small_file(const Path& path, std::size_t limit);

// Makes the folder and its parents, mode 0700, durably. Fine when it exists.
void make_folder(const Path& folder);

// Renames within one file system without replacing anything, then syncs both folders.
// False when `to` exists; throws otherwise.
[[nodiscard]] bool move_durably(const Path& from, const Path& to);
// The same across file systems: copies, syncs, publishes, then removes `from`.
[[nodiscard]] bool move_anywhere(const Path& from, const Path& to);
// A copy under a temporary hidden name, published durably as `to`. When `to` exists already it is
// fine if its bytes are the same; false if they differ. Gives the SHA-256 of what was copied.
struct Copied {
  bool published = false;
  std::uint64_t bytes = 0;
  Digest digest{};
};
[[nodiscard]] Copied copy_durably(const Path& from, const Path& to);
// Publishes these bytes as `to`, durably, mode 0600. False when `to` exists with other bytes.
[[nodiscard]] bool write_durably(const Path& to, std::string_view bytes);
void remove_durably(const Path& path);
[[nodiscard]] Digest digest_file(const Path& path);

// A file in the making: a hidden temporary name in the folder of `final_path`, published at the end.
// A writer that goes without publish() removes its temporary file.
class FileWriter {
 public:
  explicit FileWriter(Path final_path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::string_view bytes);                        // buffered
  void patch(std::uint64_t offset, std::string_view bytes);  // over bytes already written
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // Flushes, syncs, renames (replacing a leftover of the same name only if `replace`), syncs the
  // folder. False when the name is taken.
  [[nodiscard]] bool publish(bool replace);

 private:
  void flush();
  Path final_path_;
  Path temporary_;
  Fd fd_;
  std::string buffer_;
  std::uint64_t size_ = 0;
};

// Removes what a killed writer left in the making in this folder, of one final name or of all. Only for
// folders where nobody else writes. What can't be removed stays.
void remove_unfinished(const Path& folder, std::string_view final_name = {});

// Whether there is something of this name, links followed; whether it is a folder itself. A Failure
// when that can't be told.
[[nodiscard]] bool is_there(const Path& path);
[[nodiscard]] bool is_folder(const Path& path);
// Names in a folder, sorted by bytes; without "." and "..".
[[nodiscard]] std::vector<std::string> list_folder(const Path& folder);
[[nodiscard]] std::uint64_t free_bytes(const Path& folder);
// Name of the network file system that the path is on ("nfs", "cifs", ...), nothing if local.
[[nodiscard]] std::optional<std::string> network_file_system(const Path& path);

}  // namespace quittance
