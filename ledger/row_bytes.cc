#include "ledger/row_bytes.h"

namespace quittance {
namespace {

// SQLite's numbers of its types.
constexpr std::int64_t kInteger = 1;
constexpr std::int64_t kText = 3;
constexpr std::int64_t kBlob = 4;
constexpr std::int64_t kNull = 5;

}  // namespace

// Little endian.
void RowBytes::number(std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value);
  std::array<char, 8> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>(rest & 0xffU);
    rest >>= 8U;
  }
  bytes_.append(bytes.data(), bytes.size());
}

void RowBytes::sized(std::int64_t type, std::string_view value) {
  number(type);
  number(static_cast<std::int64_t>(value.size()));
  bytes_.append(value);
}

RowBytes& RowBytes::integer(std::int64_t value) {
  number(kInteger);
  number(value);
  return *this;
}

RowBytes& RowBytes::text(std::string_view value) {
  sized(kText, value);
  return *this;
}

RowBytes& RowBytes::blob(ByteView value) {
  sized(kBlob, as_text(value));
  return *this;
}

RowBytes& RowBytes::columns(const Statement& row) {
  for (int column = 0; column < row.columns(); ++column) {
    const int type = row.type(column);
    if (type == kInteger)
      integer(row.integer(column));
    else if (type == kNull)
      number(kNull);
    else
      sized(type, as_text(row.blob(column)));
  }
  return *this;
}

void RowBytes::feed(Sha256& sha) {
  sha.add(bytes_);
  bytes_.clear();
}

std::int64_t feed_rows(Sha256& sha, Statement& rows) {
  RowBytes bytes;
  std::int64_t count = 0;
  for (; rows.step(); ++count) bytes.columns(rows).feed(sha);
  rows.reset();
  return count;
}

}  // namespace quittance
