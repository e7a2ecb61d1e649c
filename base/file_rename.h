// Renaming that never replaces, as its errno, for the parts of file.h that publish. Not for others.
#pragma once

#include "base/file.h"

namespace quittance {

// The folder that holds the entry; "." for a bare name.
[[nodiscard]] Path folder_of(const Path& path);
[[nodiscard]] bool is_taken(const Path& path);  // as an entry of any kind, a dangling link too
// 0, or errno: EEXIST when `to` exists, EXDEV across file systems.
[[nodiscard]] int rename_new(const Path& from, const Path& to);
// The same for file systems that don't know the flag (some FUSE and network ones).
[[nodiscard]] int rename_new_by_link(const Path& from, const Path& to);
void sync_both_folders(const Path& from, const Path& to);

}  // namespace quittance
