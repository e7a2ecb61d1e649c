// Renames that never replace what is there. The kernel does it in one step where the file system can;
// elsewhere a hard link does, which also fails when the name is taken.
#include "base/file_rename.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/fault.h"

namespace quittance {

Path folder_of(const Path& path) {
  const Path folder = path.parent_path();
  return folder.empty() ? Path(".") : folder;
}

bool is_taken(const Path& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT) throw system_failure("look at", path.string(), errno);
  return false;
}

int rename_new(const Path& from, const Path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  return rename_new_by_link(from, to);
}

int rename_new_by_link(const Path& from, const Path& to) {
  struct stat status{};
  if (lstat(from.c_str(), &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) {
    // Folders can't be linked. A plain rename replaces at worst an empty folder made in between.
    if (is_taken(to)) return EEXIST;
    return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
  }
  if (link(from.c_str(), to.c_str()) != 0) return errno;
  return unlink(from.c_str()) == 0 ? 0 : errno;
}

void sync_both_folders(const Path& from, const Path& to) {
  const Path source = folder_of(from);
  const Path target = folder_of(to);
  sync_folder(target);  // first: in between a file that is in both folders is better than one in none
  if (source != target) sync_folder(source);
}

bool move_durably(const Path& from, const Path& to) {
  const int error = rename_new(from, to);
  if (error == EEXIST) return false;
  if (error != 0) throw system_failure("move to " + to.string(), from.string(), error);
  sync_both_folders(from, to);
  return true;
}

}  // namespace quittance
