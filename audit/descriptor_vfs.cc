#include "audit/descriptor_vfs.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr const char* kName = "descriptor";
constexpr int kSector = 4096;
constexpr int kLongestName = 16;

struct File {
  sqlite3_file base;
  int fd;
};

int fd_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->fd; }

int close_file(sqlite3_file*) { return SQLITE_OK; }  // the descriptor is the caller's

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  auto* at = static_cast<char*>(out);
  auto left = static_cast<std::size_t>(size);
  while (left > 0) {
    const ssize_t got = pread(fd_of(file), at, left, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SQLITE_IOERR_READ;
    if (got == 0) break;
    at += got;
    offset += got;
    left -= static_cast<std::size_t>(got);
  }
  std::memset(at, 0, left);
  return left == 0 ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; }
int truncate_file(sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; }
int sync_file(sqlite3_file*, int) { return SQLITE_OK; }
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_of_file(sqlite3_file*) { return kSector; }
int traits_of_file(sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; }

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  struct stat status{};
  if (fstat(fd_of(file), &status) != 0) return SQLITE_IOERR_FSTAT;
  *size = status.st_size;
  return SQLITE_OK;
}

int is_reserved(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {
    1,         close_file, read_file,   write_file,   truncate_file,  sync_file,      size_of_file,
    lock_file, lock_file,  is_reserved, control_file, sector_of_file, traits_of_file, nullptr,
    nullptr,   nullptr,    nullptr,     nullptr,      nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags) {
  auto* const file = reinterpret_cast<File*>(out);
  file->base.pMethods = nullptr;
  if (name == nullptr || (flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  const std::string_view digits(name);
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), file->fd);
  if (error != std::errc{} || stop != digits.data() + digits.size()) return SQLITE_CANTOPEN;
  file->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; }

int find_file(sqlite3_vfs*, const char*, int, int* out) {
  *out = 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

}  // namespace

const char* descriptor_vfs() {
  static sqlite3_vfs vfs{};
  if (sqlite3_vfs_find(kName) != nullptr) return kName;
  sqlite3_vfs* const usual = sqlite3_vfs_find(nullptr);
  vfs = sqlite3_vfs{};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(File);
  vfs.mxPathname = kLongestName;
  vfs.zName = kName;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = find_file;
  vfs.xFullPathname = full_name;
  vfs.xRandomness = usual->xRandomness;
  vfs.xSleep = usual->xSleep;
  vfs.xCurrentTime = usual->xCurrentTime;
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
    throw program_failure("SQLite", "it refuses a file system of ours");
  return kName;
}

}  // namespace quittance::audit
