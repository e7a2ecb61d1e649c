// Audit logs through libsqlite3. Neither syncs nor keeps a journal: a crash loses the file, which nobody
// misses.
#include "simulators/audit_log_file.h"

#include <sqlite3.h>

#include "base/fault.h"

namespace quittance::simulators {
namespace {

constexpr const char* kRecords =
    "CREATE TABLE records (\n        id integer PRIMARY KEY,\n        nxp_cert blob,\n        oem_cert_0 "
    "blob,\n"
    "        oem_cert_1 blob,\n        oem_cert_2 blob,\n        oem_cert_3 blob,\n        prod_counter "
    "blob,\n"
    "        start_hash blob,\n        signature blob\n    )";
constexpr const char* kProperties =
    "CREATE TABLE properties (\n        id integer PRIMARY KEY,\n        version integer,\n"
    "        tp_device_id text\n    )";
constexpr const char* kQuick = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;";

void must(int code, sqlite3* database, const std::string& path) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  throw machine_failure("sim.audit-log", path, std::string("SQLite says: ") + sqlite3_errmsg(database),
                        "name a log that the card wrote, on a disk with room");
}

sqlite3* opened(const std::string& path, int flags) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (code == SQLITE_OK) return database;
  sqlite3_close(database);
  throw machine_failure("sim.audit-log", path, std::string("SQLite says: ") + sqlite3_errstr(code),
                        "name a log that the card wrote, on a disk with room");
}

void execute(sqlite3* database, const std::string& path, const std::string& statements) {
  must(sqlite3_exec(database, statements.c_str(), nullptr, nullptr, nullptr), database, path);
}

// The data must outlive the step.
struct Bind {
  sqlite3_stmt* statement;
  int place;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
  int operator()(const Bytes& bytes) const {
    const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    return sqlite3_bind_blob64(statement, place, data, bytes.size(), SQLITE_STATIC);
  }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
};

Cell cell_of(sqlite3_stmt* statement, int column) {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_BLOB: {
      const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
      return size == 0 ? Bytes{} : Bytes(data, data + size);
    }
    case SQLITE_TEXT:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)), size);
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    default:
      return std::monostate{};
  }
}

}  // namespace

void AuditLogFile::Free::operator()(sqlite3* database) const { sqlite3_close(database); }
void AuditLogFile::Free::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

AuditLogFile::AuditLogFile(const Path& path, int version, const std::string& device_id)
    : path_(path.string()) {
  const bool fresh = !is_there(path);
  database_.reset(opened(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  execute(database_.get(), path_, kQuick);
  execute(database_.get(), path_, "BEGIN");
  if (fresh) execute(database_.get(), path_, kRecords);
  if (fresh && version == 2) {
    execute(database_.get(), path_, kProperties);
    sqlite3_stmt* statement = nullptr;
    must(sqlite3_prepare_v2(database_.get(), "INSERT INTO properties VALUES (1, 2, ?)", -1, &statement,
                            nullptr),
         database_.get(), path_);
    const std::unique_ptr<sqlite3_stmt, Free> properties(statement);
    must(Bind{statement, 1}(device_id), database_.get(), path_);
    must(sqlite3_step(statement), database_.get(), path_);
  }
  sqlite3_stmt* statement = nullptr;
  must(sqlite3_prepare_v2(database_.get(), "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?)", -1, &statement,
                          nullptr),
       database_.get(), path_);
  insert_.reset(statement);
}

AuditLogFile::~AuditLogFile() = default;

void AuditLogFile::add(const AuditRow& row) {
  sqlite3_stmt* statement = insert_.get();
  must(row.id == 0 ? sqlite3_bind_null(statement, 1) : sqlite3_bind_int64(statement, 1, row.id),
       database_.get(), path_);
  for (std::size_t column = 0; column < kColumns; ++column) {
    must(std::visit(Bind{statement, static_cast<int>(column) + 2}, row.cells[column]), database_.get(),
         path_);
  }
  must(sqlite3_step(statement), database_.get(), path_);
  must(sqlite3_reset(statement), database_.get(), path_);
}

void AuditLogFile::finish() { execute(database_.get(), path_, "COMMIT"); }

void write_audit_log(const Path& path, const AuditLog& log) {
  AuditLogFile file(path, log.version, log.device_id);
  for (const AuditRow& row : log.rows) file.add(row);
  file.finish();
}

AuditLog read_audit_log(const Path& path) {
  struct Free {
    void operator()(sqlite3* one) const { sqlite3_close(one); }
    void operator()(sqlite3_stmt* one) const { sqlite3_finalize(one); }
  };
  const std::unique_ptr<sqlite3, Free> database(opened(path.string(), SQLITE_OPEN_READONLY));
  const auto each = [&](const char* query, const auto& take) {
    sqlite3_stmt* statement = nullptr;
    must(sqlite3_prepare_v2(database.get(), query, -1, &statement, nullptr), database.get(), path.string());
    const std::unique_ptr<sqlite3_stmt, Free> owned(statement);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) take(statement);
    must(code, database.get(), path.string());
  };
  AuditLog log;
  log.version = 1;
  each("SELECT 1 FROM sqlite_master WHERE name = 'properties'", [&](sqlite3_stmt*) { log.version = 2; });
  if (log.version == 2) {
    each("SELECT tp_device_id FROM properties", [&](sqlite3_stmt* row) {
      if (const Cell cell = cell_of(row, 0); std::holds_alternative<std::string>(cell))
        log.device_id = std::get<std::string>(cell);
    });
  }
  each("SELECT * FROM records ORDER BY id", [&](sqlite3_stmt* found) {
    AuditRow row;
    row.id = sqlite3_column_int64(found, 0);
    for (std::size_t i = 0; i < kColumns; ++i) row.cells[i] = cell_of(found, static_cast<int>(i) + 1);
    log.rows.push_back(std::move(row));
  });
  return log;
}

void run_sql(const Path& path, const std::string& statements) {
  struct Free {
    void operator()(sqlite3* one) const { sqlite3_close(one); }
  };
  const std::unique_ptr<sqlite3, Free> database(opened(path.string(), SQLITE_OPEN_READWRITE));
  sqlite3_db_config(database.get(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  execute(database.get(), path.string(), kQuick + statements);
}

}  // namespace quittance::simulators
