// Debian's SQLCipher is 3.4.1 on SQLite 3.15: the raw key skips its old key derivation, the page size
// must be told at every open, and unknown pragmas are ignored without a word, so what matters is
// read back.
#include "ledger/database.h"

#include <sqlcipher/sqlite3.h>

#include <fmt/format.h>
#include <array>

#include "base/fault.h"

namespace quittance {
namespace {

constexpr int kPageBytes = 8192;
constexpr int kCacheKibibytes = 16 * 1024;
constexpr int kBusyMilliseconds = 30'000;

// "x'<64 hex>'" in memory that is wiped: SQLCipher takes a raw key in this spelling only.
Secret spelled(const Secret& key) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Secret out(2 * key.bytes().size() + 3);
  auto text = out.bytes();
  std::size_t at = 0;
  text[at++] = 'x';
  text[at++] = '\'';
  for (const std::uint8_t byte : key.bytes()) {
    text[at++] = static_cast<std::uint8_t>(kDigits[byte >> 4U]);
    text[at++] = static_cast<std::uint8_t>(kDigits[byte & 15U]);
  }
  text[at] = '\'';
  return out;
}

std::string single_text(Database& database, const std::string& sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.text(0) : std::string();
}

void demand(Database& database, const std::string& pragma, const std::string& expected) {
  const auto found = single_text(database, "PRAGMA " + pragma);
  if (found == expected) return;
  throw machine_failure(
      "ledger.setting", database.file().string(),
      fmt::format("the database reports {} = '{}', '{}' is needed", pragma, found, expected),
      "check which SQLCipher library the program runs with");
}

}  // namespace

Database::Database(const Path& file, const Secret& key, Access access, bool create) : file_(file) {
  try {
    open(key, access, create);
    configure(access, create);
  } catch (...) {
    statements_.clear();
    sqlite3_close(db_);
    throw;
  }
}

Database::~Database() {
  statements_.clear();
  sqlite3_close(db_);
}

void Database::open(const Secret& key, Access access, bool create) {
  // A reader of a write-ahead log needs the right to write its index, so reading is enforced by
  // query_only below.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (create && access == Access::write ? SQLITE_OPEN_CREATE : 0);
  const int opened = sqlite3_open_v2(file_.c_str(), &db_, flags, nullptr);
  if (opened != SQLITE_OK) fail(opened);
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, kBusyMilliseconds);
  const Secret text = spelled(key);
  const auto view = text.bytes();
  const int keyed = sqlite3_key(db_, view.data(), static_cast<int>(view.size()));
  if (keyed != SQLITE_OK) fail(keyed);
}

void Database::configure(Access access, bool create) {
  run(fmt::format("PRAGMA cipher_page_size={}", kPageBytes));
  run("SELECT count(*) FROM sqlite_master");  // the first statement that needs the right key
  if (create) run("PRAGMA journal_mode=WAL");
  demand(*this, "journal_mode", "wal");
  run("PRAGMA synchronous=FULL");
  demand(*this, "synchronous", "2");
  demand(*this, "page_size", std::to_string(kPageBytes));
  run(fmt::format("PRAGMA cache_size=-{}", kCacheKibibytes));
  run("PRAGMA journal_size_limit=67108864");
  run("PRAGMA foreign_keys=ON");
  run("PRAGMA temp_store=MEMORY");
  if (access == Access::read) run("PRAGMA query_only=ON");
}

void Database::fail(int code) const {
  const std::string words =
      fmt::format("{} (code {})", db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code), code);
  const auto file = file_.string();
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      throw machine_failure("ledger.unreadable", file,
                            "the key does not fit, or the file is damaged: " + words,
                            "check the key file; if it is the right one restore the ledger from its backup");
    case SQLITE_CORRUPT:
      throw machine_failure("ledger.damaged", file, "the ledger is damaged: " + words,
                            "stop, keep the file as it is, and restore the ledger from its backup");
    case SQLITE_FULL:
      throw machine_failure("ledger.disk-full", file, "no space is left for the ledger: " + words,
                            "free space on its file system and start again; nothing was changed");
    case SQLITE_BUSY:
      throw machine_failure("ledger.busy", file, "another program holds the ledger: " + words,
                            "see which program has the file open, and start again");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw machine_failure("ledger.permission", file, "the ledger can't be opened or written: " + words,
                            "check that file and folder exist and belong to the user that runs this");
    case SQLITE_IOERR:
      throw machine_failure("ledger.io", file, "reading or writing the ledger failed: " + words,
                            "check the disk and its free space, then start again");
    case SQLITE_NOMEM:
      throw machine_failure("ledger.memory", file, "out of memory: " + words, "free memory and start again");
    default:
      throw program_failure(file, "the ledger's library answered: " + words);
  }
}

Statement& Database::prepare(std::string_view sql) {
  auto& slot = statements_[std::string(sql)];
  if (!slot) slot = std::make_unique<Statement>(*this, sql);
  slot->reset();
  return *slot;
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::changes() const { return sqlite3_changes(db_); }

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code =
      sqlite3_prepare_v2(database.raw(), sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(statement_);
    // A statement that could be prepared has no other fault of its own: SQLCipher answers so for a page
    // whose authentication fails.
    database_.fail(code == SQLITE_ERROR ? SQLITE_CORRUPT : code);
  }
  return false;
}

void Statement::done() {
  while (step()) {}
  reset();
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::string Statement::text(int column) const { return std::string(text_view(column)); }
int Statement::columns() const { return sqlite3_column_count(statement_); }
int Statement::type(int column) const { return sqlite3_column_type(statement_, column); }

std::string_view Statement::text_view(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

ByteView Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// Texts and short blobs may be temporaries and are copied; a receipt's bytes outlive the step. A null
// pointer would mean SQL NULL where an empty value is meant.
void Statement::bind_one(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, index, value);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_one(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  const int code =
      sqlite3_bind_text(statement_, index, data, static_cast<int>(value.size()), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_one(int index, ByteView value) {
  constexpr std::size_t kShort = 64;
  const auto lifetime = value.size() <= kShort ? SQLITE_TRANSIENT : SQLITE_STATIC;
  const int code = value.empty() ? sqlite3_bind_zeroblob(statement_, index, 0)
                                 : sqlite3_bind_blob(statement_, index, value.data(),
                                                     static_cast<int>(value.size()), lifetime);
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind_one(int index, std::nullptr_t) {
  const int code = sqlite3_bind_null(statement_, index);
  if (code != SQLITE_OK) database_.fail(code);
}

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace quittance
