// A face of SQLite to the file system on which nothing exists but one open descriptor, which can be read.
// SQLite's own resolves names, so that it can't open a file without one, and could reach others.
#pragma once

namespace quittance::audit {

// Its name, for sqlite3_open_v2; a database is named by the number of its descriptor. Registers it first.
[[nodiscard]] const char* descriptor_vfs();

}  // namespace quittance::audit
