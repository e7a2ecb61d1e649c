#include "audit/foreign_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <cstring>
#include <ctime>

#include "audit/descriptor_vfs.h"
#include "base/fault.h"
#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr std::int64_t kLargestHeap = 32 * 1024 * 1024;  // bytes of SQLite in one process
constexpr int kLargestRow = 1024 * 1024;                 // bytes; a genuine one has some 2,100
constexpr int kStepsBetweenLooks = 10'000;
constexpr unsigned kFirstDeadline = 60;

void want(bool done, const char* safeguard) {
  if (!done) throw program_failure("SQLite", fmt::format("the safeguard {} can't be set", safeguard));
}

// Reading, of any table by its column, is all there is to allow, and the checks of the file.
int allow(void*, int action, const char* first, const char*, const char*, const char*) {
  if (action == SQLITE_SELECT || action == SQLITE_READ) return SQLITE_OK;
  if (action != SQLITE_PRAGMA || first == nullptr) return SQLITE_DENY;
  for (const char* const known :
       {"quick_check", "table_xinfo", "cell_size_check", "mmap_size", "temp_store"}) {
    if (std::strcmp(first, known) == 0) return SQLITE_OK;
  }
  return SQLITE_DENY;
}

std::int64_t monotonic_seconds() {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec;
}

int is_too_late(void* deadline) {
  return monotonic_seconds() > *static_cast<const std::int64_t*>(deadline) ? 1 : 0;
}

struct Switch {
  int option;
  int value;
  const char* name;
};
constexpr Switch kSwitches[] = {{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, "TRUSTED_SCHEMA"},
                                {SQLITE_DBCONFIG_DEFENSIVE, 1, "DEFENSIVE"},
                                {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, "ENABLE_TRIGGER"},
                                {SQLITE_DBCONFIG_ENABLE_VIEW, 0, "ENABLE_VIEW"},
                                {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, "ENABLE_LOAD_EXTENSION"},
                                {SQLITE_DBCONFIG_DQS_DML, 0, "DQS_DML"},
                                {SQLITE_DBCONFIG_DQS_DDL, 0, "DQS_DDL"},
                                {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, "WRITABLE_SCHEMA"}};

struct Limit {
  int id;
  int value;
};
constexpr Limit kLimits[] = {{SQLITE_LIMIT_LENGTH, kLargestRow},
                             {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                             {SQLITE_LIMIT_COLUMN, 100},
                             {SQLITE_LIMIT_EXPR_DEPTH, 10},
                             {SQLITE_LIMIT_COMPOUND_SELECT, 3},
                             {SQLITE_LIMIT_VDBE_OP, 25'000},
                             {SQLITE_LIMIT_FUNCTION_ARG, 8},
                             {SQLITE_LIMIT_ATTACHED, 0},
                             {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
                             {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
                             {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                             {SQLITE_LIMIT_WORKER_THREADS, 0}};

}  // namespace

void ForeignDatabase::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

ForeignDatabase::ForeignDatabase(const Fd& fd) {
  want(sqlite3_hard_heap_limit64(kLargestHeap) >= 0, "hard_heap_limit");
  sqlite3* opened = nullptr;
  // "immutable" keeps SQLite from looking for a journal, which can name files to remove.
  const std::string name = fmt::format("file:{}?mode=ro&immutable=1", fd.get());
  constexpr int kFlags =
      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(name.c_str(), &opened, kFlags, descriptor_vfs());
  database_.reset(opened);
  if (result != SQLITE_OK) throw program_failure("SQLite", "it can't open the copy of the log");
  defend();
  limit();
}

void ForeignDatabase::defend() {
  sqlite3* const database = database_.get();
  for (const Switch& one : kSwitches) {
    int now = -1;
    want(sqlite3_db_config(database, one.option, one.value, &now) == SQLITE_OK && now == one.value, one.name);
  }
  want(sqlite3_set_authorizer(database, allow, nullptr) == SQLITE_OK, "authorizer");
  set_deadline(kFirstDeadline);
  sqlite3_progress_handler(database, kStepsBetweenLooks, is_too_late, &deadline_);
}

void ForeignDatabase::limit() {
  for (const Limit& one : kLimits) {
    sqlite3_limit(database_.get(), one.id, one.value);
    want(sqlite3_limit(database_.get(), one.id, -1) == one.value, "limit");
  }
}

ForeignError ForeignDatabase::touch() {
  for (const char* const sql : {"PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0", "PRAGMA temp_store=MEMORY",
                                "SELECT type FROM sqlite_master LIMIT 1"}) {
    ForeignStatement statement = prepare(sql);
    Step step = Step::row;
    while (step == Step::row) step = statement.step();
    if (step == Step::failed) return statement.error();
  }
  return {};
}

void ForeignDatabase::set_deadline(unsigned seconds) { deadline_ = monotonic_seconds() + seconds; }

void ForeignStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

ForeignStatement::ForeignStatement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* prepared = nullptr;
  result_ = sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  statement_.reset(prepared);
}

void ForeignStatement::bind(int place, std::int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_.get(), place, value);
}

Step ForeignStatement::step() {
  if (statement_ == nullptr) return Step::failed;  // prepare left its result
  result_ = sqlite3_step(statement_.get());
  if (result_ == SQLITE_ROW) return Step::row;
  return result_ == SQLITE_DONE ? Step::done : Step::failed;
}

void ForeignStatement::reset() {
  if (statement_ != nullptr) sqlite3_reset(statement_.get());
}

int ForeignStatement::type(int column) const { return sqlite3_column_type(statement_.get(), column); }

std::int64_t ForeignStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

ByteView ForeignStatement::bytes(int column) const {
  const auto* const data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data != nullptr && size > 0 ? ByteView(data, static_cast<std::size_t>(size)) : ByteView();
}

std::string_view ForeignStatement::text(int column) const {
  const unsigned char* const data =
      sqlite3_column_text(statement_.get(), column);  // UTF-8, whatever the file has
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data != nullptr && size > 0 ? as_text(ByteView(data, static_cast<std::size_t>(size)))
                                     : std::string_view();
}

ForeignError ForeignStatement::error() const { return {result_ & 0xff, escaped(sqlite3_errmsg(database_))}; }

}  // namespace quittance::audit
