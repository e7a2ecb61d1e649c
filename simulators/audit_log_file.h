// The SQLite file of an audit log, with the statements of the genuine tool, byte for byte. Reads only what
// the simulators wrote themselves: it is no reader for foreign files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "simulators/audit_row.h"

struct sqlite3;
struct sqlite3_stmt;

namespace quittance::simulators {

struct AuditLog {
  int version = 2;        // 1: without the table `properties`
  std::string device_id;  // of the card; empty in version 1
  std::vector<AuditRow> rows;
};

class AuditLogFile {
 public:
  // Makes the tables, or opens a log that is there already to add to it.
  AuditLogFile(const Path& path, int version, const std::string& device_id);
  ~AuditLogFile();
  AuditLogFile(const AuditLogFile&) = delete;
  AuditLogFile& operator=(const AuditLogFile&) = delete;
  void add(const AuditRow& row);
  void finish();  // without it nothing that was added stays

 private:
  struct Free {
    void operator()(sqlite3*) const;
    void operator()(sqlite3_stmt*) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Free> database_;
  std::unique_ptr<sqlite3_stmt, Free> insert_;
};

void write_audit_log(const Path& path, const AuditLog& log);  // a new file
[[nodiscard]] AuditLog read_audit_log(const Path& path);
// Runs statements on the file, even such as spoil its schema.
void run_sql(const Path& path, const std::string& statements);

}  // namespace quittance::simulators
