// A file in the making under a hidden temporary name. After a failed write the writer is unusable, so
// that nothing half written can be published.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/fault.h"
#include "base/file.h"
#include "base/file_rename.h"

namespace quittance {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;
constexpr std::size_t kLongestStem = 200;  // leaves room for our additions within the 255 of a name
constexpr std::string_view kPart = ".part-";

Path temporary_name(const Path& final_path) {
  static std::atomic<unsigned> count = 0;
  const std::string stem = final_path.filename().string().substr(0, kLongestStem);
  return folder_of(final_path) / fmt::format(".{}{}{}-{}", stem, kPart, getpid(), ++count);
}

// Whether temporary_name() gave this name.
bool is_unfinished(std::string_view name, std::string_view final_name) {
  const auto part = name.rfind(kPart);
  if (part == std::string_view::npos || !name.starts_with('.')) return false;
  const auto numbers = name.substr(part + kPart.size());
  const bool ours = !numbers.empty() && numbers.find_first_not_of("0123456789-") == std::string_view::npos;
  return ours && (final_name.empty() || name.substr(1, part - 1) == final_name.substr(0, kLongestStem));
}

void write_over(const Fd& fd, const Path& path, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw system_failure("write", path.string(), done < 0 ? errno : EIO);
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
}

// The descriptor out of the writer for the time of one action; an exception leaves the writer without.
Fd taken(Fd& fd, const Path& path) {
  if (!fd) throw program_failure(path.string(), "it is written to after a failure or after its end");
  return std::move(fd);
}

}  // namespace

FileWriter::FileWriter(Path final_path) : final_path_(std::move(final_path)) {
  do {  // a killed run with our process number may have left its file behind
    temporary_ = temporary_name(final_path_);
    fd_ = Fd(open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  } while (!fd_ && errno == EEXIST);
  if (!fd_) throw system_failure("make", temporary_.string(), errno);
}

FileWriter::~FileWriter() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void FileWriter::write(std::string_view bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBuffer) flush();
  if (bytes.size() < kBuffer) {
    buffer_.append(bytes);
    return;
  }
  Fd fd = taken(fd_, temporary_);
  write_all(fd, temporary_, bytes);
  fd_ = std::move(fd);
}

void FileWriter::patch(std::uint64_t offset, std::string_view bytes) {
  if (offset > size_ || bytes.size() > size_ - offset) {
    throw program_failure(temporary_.string(), "a patch reaches over the end of what was written");
  }
  flush();
  Fd fd = taken(fd_, temporary_);
  write_over(fd, temporary_, offset, bytes);
  fd_ = std::move(fd);
}

void FileWriter::flush() {
  Fd fd = taken(fd_, temporary_);
  write_all(fd, temporary_, buffer_);
  buffer_.clear();
  fd_ = std::move(fd);
}

void remove_unfinished(const Path& folder, std::string_view final_name) {
  if (access(folder.c_str(), R_OK) != 0) return;  // not there, or a drop box that can only be written to
  for (const auto& name : list_folder(folder)) {
    if (is_unfinished(name, final_name)) (void)unlink((folder / name).c_str());
  }
}

bool FileWriter::publish(bool replace) {
  flush();
  const Fd fd = taken(fd_, temporary_);
  sync_file(fd, temporary_);
  const int error = !replace ? rename_new(temporary_, final_path_)
                    : std::rename(temporary_.c_str(), final_path_.c_str()) == 0 ? 0
                                                                                : errno;
  if (error == EEXIST) return false;
  if (error != 0) throw system_failure("publish", final_path_.string(), error);
  temporary_.clear();
  sync_folder(folder_of(final_path_));
  return true;
}

}  // namespace quittance
