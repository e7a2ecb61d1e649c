// The rows of a digest as bytes: each value with its type and its size, so that no two rows look the
// same. A row is gathered first and hashed in one piece, since there are millions of short values.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/digest.h"
#include "ledger/database.h"

namespace quittance {

class RowBytes {
 public:
  RowBytes& integer(std::int64_t value);
  RowBytes& text(std::string_view value);
  RowBytes& blob(ByteView value);
  // All columns of the statement's row.
  RowBytes& columns(const Statement& row);
  // Hands the row over and begins the next.
  void feed(Sha256& sha);

 private:
  void number(std::int64_t value);
  void sized(std::int64_t type, std::string_view value);
  std::string bytes_;
};

// Feeds all rows of the statement; gives their number.
std::int64_t feed_rows(Sha256& sha, Statement& rows);

}  // namespace quittance
