// SQLCipher from C++: database, statement, transaction, and nothing more. Every failure is a Failure
// that names the file, the extended code and the library's words, never a bound value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/file.h"
#include "base/secret.h"

struct sqlite3;
struct sqlite3_stmt;

namespace quittance {

class Statement;

enum class Access { read, write };

class Database {
 public:
  // Opens an existing file, or makes one when `create`. The key is 32 raw bytes. Page size 8192,
  // write-ahead log, synchronous=FULL; all three are read back.
  Database(const Path& file, const Secret& key, Access access, bool create);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A prepared statement, kept for the next time; not to be used twice at once.
  [[nodiscard]] Statement& prepare(std::string_view sql);
  void run(const std::string& sql);  // statements without values, such as a schema
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] const Path& file() const { return file_; }
  [[nodiscard]] sqlite3* raw() { return db_; }
  // Throws the failure that the library's code stands for.
  [[noreturn]] void fail(int code) const;

 private:
  void open(const Secret& key, Access access, bool create);
  void configure(Access access, bool create);
  Path file_;
  sqlite3* db_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements_;
};

// Values are bound from 1 on, columns read from 0 on. reset() happens at each bind of column 1 or by
// hand; done() runs a statement that gives no rows.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  template <class... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  [[nodiscard]] bool step();  // true: a row
  void done();                // runs to the end and resets
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string_view text_view(int column) const;  // valid until the next step or reset
  [[nodiscard]] ByteView blob(int column) const;               // likewise
  [[nodiscard]] int columns() const;
  [[nodiscard]] int type(int column) const;  // SQLite's numbers: 1 integer, 3 text, 4 blob, 5 null

 private:
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, std::uint64_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, ByteView value);
  void bind_one(int index, std::nullptr_t);
  template <std::size_t N>
  void bind_one(int index, const std::array<std::uint8_t, N>& value) {
    bind_one(index, ByteView(value));
  }
  template <class Value>
  void bind_one(int index, const std::optional<Value>& value) {
    if (value)
      bind_one(index, *value);
    else
      bind_one(index, nullptr);
  }
  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

// Everything until commit(), or nothing.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace quittance
