// The limit that collect is measured against: the rows of a drop, put into one keyed table of an
// encrypted database in one transaction, with nothing of what a ledger does. Prints the seconds.
#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFields = 8;
constexpr int kSuidBytes = 16;
constexpr int kReceiptBytes = 768;

struct Row {
  std::array<std::uint8_t, kSuidBytes> suid;
  std::uint64_t offset;  // of its line in the drop
};

[[noreturn]] void end(const std::string& why) {
  std::cerr << "plain_insert: " << why << '\n';
  std::exit(1);
}

void run(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) end(sqlite3_errmsg(db));
}

sqlite3* make_database(const std::string& file, const std::string& key) {
  sqlite3* db = nullptr;
  if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) end("can't make " + file);
  run(db, "PRAGMA key=\"x'" + key +
              "'\"; PRAGMA cipher_page_size=8192; PRAGMA journal_mode=WAL;"
              "PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;");
  run(db,
      "CREATE TABLE receipt (suid BLOB NOT NULL UNIQUE, flag INTEGER NOT NULL, receipt BLOB NOT NULL, "
      "imei TEXT NOT NULL, model TEXT NOT NULL, operator TEXT NOT NULL, sip_soc TEXT NOT NULL)");
  return db;
}

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

void read_hex(std::string_view text, std::uint8_t* out) {
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    *out++ = static_cast<std::uint8_t>(hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
}

std::array<std::uint8_t, 256> base64_values() {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<std::uint8_t>(kDigits[i])] = static_cast<std::uint8_t>(i);
  return values;
}

void read_base64(std::string_view text, std::uint8_t* out) {
  static const auto kValues = base64_values();
  const auto value = [&](std::size_t i) { return kValues[static_cast<std::uint8_t>(text[i])]; };
  for (std::size_t i = 0; i + 3 < text.size(); i += 4) {
    *out++ = static_cast<std::uint8_t>(value(i) << 2 | value(i + 1) >> 4);
    *out++ = static_cast<std::uint8_t>(value(i + 1) << 4 | value(i + 2) >> 2);
    *out++ = static_cast<std::uint8_t>(value(i + 2) << 6 | value(i + 3));
  }
}

std::array<std::string_view, kFields> cut(std::string_view line) {
  std::array<std::string_view, kFields> fields;
  for (auto& field : fields) {
    const auto stop = line.find(';');
    field = line.substr(0, stop);
    line.remove_prefix(stop == std::string_view::npos ? line.size() : stop + 1);
  }
  return fields;
}

class Insert {
 public:
  explicit Insert(sqlite3* db) : db_(db) {
    if (sqlite3_prepare_v2(db, "INSERT INTO receipt VALUES (?,?,?,?,?,?,?)", -1, &statement_, nullptr) !=
        SQLITE_OK)
      end(sqlite3_errmsg(db));
  }
  ~Insert() { sqlite3_finalize(statement_); }
  Insert(const Insert&) = delete;
  Insert& operator=(const Insert&) = delete;

  void line(std::string_view text) {
    const auto fields = cut(text);
    std::array<std::uint8_t, kSuidBytes> suid{};
    std::array<std::uint8_t, kReceiptBytes> receipt{};
    if (fields[0].size() != 2 * suid.size() || fields[2].size() * 3 / 4 != receipt.size())
      end("a line is not sound");
    read_hex(fields[0], suid.data());
    read_base64(fields[2], receipt.data());
    sqlite3_bind_blob(statement_, 1, suid.data(), kSuidBytes, SQLITE_STATIC);
    sqlite3_bind_int(statement_, 2, fields[1] == "1");
    sqlite3_bind_blob(statement_, 3, receipt.data(), kReceiptBytes, SQLITE_STATIC);
    int column = 4;
    for (const auto field : {fields[3], fields[5], fields[6], fields[7]})
      sqlite3_bind_text(statement_, column++, field.data(), static_cast<int>(field.size()), SQLITE_STATIC);
    if (sqlite3_step(statement_) != SQLITE_DONE) end(sqlite3_errmsg(db_));
    sqlite3_reset(statement_);
  }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
};

std::ifstream open_drop(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) end("can't read " + path);
  return in;
}

void in_drop_order(Insert& insert, const std::string& drop) {
  auto in = open_drop(drop);
  for (std::string text; std::getline(in, text);) insert.line(text);
}

void in_suid_order(Insert& insert, const std::string& drop) {
  auto in = open_drop(drop);
  std::vector<Row> rows;
  std::uint64_t offset = 0;
  for (std::string text; std::getline(in, text); offset += text.size() + 1) {
    rows.push_back({{}, offset});
    read_hex(std::string_view(text).substr(0, std::size_t{2} * kSuidBytes), rows.back().suid.data());
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.suid < b.suid; });
  in.clear();
  std::string text;
  for (const auto& row : rows) {
    in.seekg(static_cast<std::streamoff>(row.offset));
    std::getline(in, text);
    insert.line(text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) end("usage: plain_insert DROP DATABASE HEXKEY drop|suid");
  const std::string order = argv[4];
  const auto start = Clock::now();
  sqlite3* db = make_database(argv[2], argv[3]);
  run(db, "BEGIN");
  {
    Insert insert(db);
    if (order == "suid")
      in_suid_order(insert, argv[1]);
    else
      in_drop_order(insert, argv[1]);
  }
  run(db, "COMMIT");
  sqlite3_close(db);
  std::printf("%.3f\n", std::chrono::duration<double>(Clock::now() - start).count());
}
