// Opening a SQLite file that somebody else made, so that it can neither change anything nor make us do
// more than read its two tables: by descriptor, read-only and immutable, without triggers, views,
// extensions and trust in its schema, under limits of length, memory and time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace quittance::audit {

// What SQLite says about the file, as a value: text already escaped.
struct ForeignError {
  int code = 0;  // SQLite's primary result code
  std::string text;
};

enum class Step : std::uint8_t { row, done, failed };

class ForeignStatement {
 public:
  ForeignStatement(sqlite3* database, std::string_view sql);
  void bind(int place, std::int64_t value);
  [[nodiscard]] Step step();
  void reset();
  [[nodiscard]] int type(int column) const;  // SQLITE_INTEGER, ...
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] ByteView bytes(int column) const;  // of a blob or text; valid until the next step
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] ForeignError error() const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int result_ = 0;
};

class ForeignDatabase {
 public:
  // Opens the file behind the descriptor. Nothing is read yet. Throws Failure(program) when a safeguard
  // can't be set.
  explicit ForeignDatabase(const Fd& fd);
  [[nodiscard]] ForeignStatement prepare(std::string_view sql) { return {database_.get(), sql}; }
  // Reads the schema once, so that later statements open nothing any more.
  [[nodiscard]] ForeignError touch();
  // From now on the work is stopped (SQLITE_INTERRUPT) after so many seconds on the clock.
  void set_deadline(unsigned seconds);

 private:
  void defend();
  void limit();
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::int64_t deadline_ = 0;  // monotonic seconds
};

}  // namespace quittance::audit
