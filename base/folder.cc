// Folders of file.h: making them durably, listing them, and what their file system is.
#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/fault.h"
#include "base/file.h"
#include "base/file_rename.h"

namespace quittance {
namespace {

struct NetworkKind {
  std::uint32_t magic;
  const char* name;
};

// Their locks and renames don't hold what a run relies on. FUSE isn't listed: most of it is local.
constexpr NetworkKind kNetworkKinds[] = {
    {0x6969, "nfs"},     {0xff534d42, "cifs"}, {0x517b, "smb"},    {0xfe534d42, "smb2"}, {0x5346414f, "afs"},
    {0x6b414653, "afs"}, {0x00c36400, "ceph"}, {0x01021997, "9p"}, {0x73757245, "coda"}, {0x564c, "ncp"},
};

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

bool leads_to_folder(const Path& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

struct statfs file_system_of(const Path& path) {
  struct statfs status{};
  if (statfs(path.c_str(), &status) == 0) return status;
  const Path parent = folder_of(path);
  // What doesn't exist yet will be made on the file system of its parent.
  if (errno == ENOENT && parent != path) return file_system_of(parent);
  throw system_failure("look at the file system of", path.string(), errno);
}

}  // namespace

void make_folder(const Path& folder) {
  if (leads_to_folder(folder)) return;
  const Path parent = folder_of(folder);
  if (parent != folder) make_folder(parent);
  if (mkdir(folder.c_str(), 0700) != 0) {
    const int error = errno;
    if (error == EEXIST && leads_to_folder(folder)) return;  // another process was faster
    throw system_failure("make the folder", folder.string(), error == EEXIST ? ENOTDIR : error);
  }
  sync_folder(parent);
}

std::vector<std::string> list_folder(const Path& folder) {
  const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
  if (!open) throw system_failure("list the folder", folder.string(), errno);
  std::vector<std::string> names;
  errno = 0;  // readdir tells its end and its errors apart only by this
  while (const dirent* entry = readdir(open.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) throw system_failure("list the folder", folder.string(), errno);
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t free_bytes(const Path& folder) {
  struct statvfs status{};
  if (statvfs(folder.c_str(), &status) != 0) {
    throw system_failure("ask for the free space of", folder.string(), errno);
  }
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

std::optional<std::string> network_file_system(const Path& path) {
  const auto magic = static_cast<std::uint32_t>(file_system_of(path).f_type);
  for (const NetworkKind& kind : kNetworkKinds) {
    if (kind.magic == magic) return kind.name;
  }
  return std::nullopt;
}

bool is_there(const Path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) throw system_failure("look at", path.string(), errno);
  return false;
}

bool is_folder(const Path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return S_ISDIR(status.st_mode);
  if (errno != ENOENT && errno != ENOTDIR) throw system_failure("look at", path.string(), errno);
  return false;
}

}  // namespace quittance
