// What somebody else's database can't make us do, and what a header says before SQLite sees it.
#include "audit/foreign_database.h"

#include <catch2/catch.hpp>

#include "audit/file_header.h"
#include "base/fault.h"
#include "tests/support/scratch.h"

namespace quittance::audit {
namespace {

TEST_CASE("foreign database: nothing but reading is allowed") {
  const Scratch scratch;
  const Path file = scratch.file("empty.db", "");  // to SQLite a database without tables
  const Fd fd = open_to_read(file);
  ForeignDatabase database(fd);
  REQUIRE(database.touch().code == 0);
  CHECK(database.prepare("SELECT 1").step() == Step::row);
  const std::string other = (scratch / "other.db").string();
  for (const std::string& sql :
       {std::string("CREATE TABLE a(b)"), std::string("CREATE TEMP TABLE a(b)"),
        "ATTACH '" + other + "' AS other", "VACUUM INTO '" + other + "'",
        std::string("PRAGMA journal_mode=WAL"), std::string("PRAGMA writable_schema=1"),
        std::string("SELECT load_extension('x')"), std::string("SELECT count(*) FROM sqlite_master"),
        std::string("SELECT zeroblob(800000000)"), std::string("BEGIN IMMEDIATE")}) {
    CHECK(database.prepare(sql).step() == Step::failed);
  }
  CHECK_FALSE(std::filesystem::exists(other));
  CHECK(Scratch::content(file).empty());
}

TEST_CASE("foreign database: a file is read by its descriptor, whatever became of its name") {
  const Scratch scratch;
  const Path file = scratch.file("log.db", "");
  const Fd fd = open_to_read(file);
  std::filesystem::remove(file);
  ForeignDatabase database(fd);
  CHECK(database.touch().code == 0);
}

TEST_CASE("foreign database: rubbish is an error with a text, and time ends") {
  const Scratch scratch;
  const Fd fd = open_to_read(scratch.file("rubbish.db", std::string(8192, 'x')));
  ForeignDatabase rubbish(fd);
  const ForeignError error = rubbish.touch();
  CHECK(error.code == 26);  // SQLITE_NOTADB
  CHECK(error.text == "file is not a database");

  const Fd empty = open_to_read(scratch.file("empty.db", ""));
  ForeignDatabase endless(empty);
  REQUIRE(endless.touch().code == 0);
  endless.set_deadline(0);
  ForeignStatement rows =
      endless.prepare("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c");
  Step step = Step::row;
  while (step == Step::row) step = rows.step();
  CHECK(step == Step::failed);
}

std::vector<std::string_view> kinds(const Scratch& scratch, const std::string& content) {
  Evidence evidence;
  evidence.fd = open_to_read(scratch.file("file", content));
  evidence.bytes = content.size();
  std::vector<std::string_view> out;
  for (const AuditFinding& finding : look_at_header(evidence).findings)
    out.push_back(entry_of(finding.kind).name);
  return out;
}

TEST_CASE("header: magic, size of a page, number of pages, write-ahead log") {
  const Scratch scratch;
  std::string good(8192, '\0');
  good.replace(0, 16, std::string("SQLite format 3\0", 16));
  good[16] = 0x10;  // pages of 4096 bytes
  good[18] = good[19] = 1;
  good[31] = 2;  // two of them
  using Kinds = std::vector<std::string_view>;
  CHECK(kinds(scratch, good).empty());
  const auto with = [&](std::size_t at, char value) {
    std::string other = good;
    other[at] = value;
    return kinds(scratch, other);
  };
  CHECK(with(0, 's') == Kinds{"log.not-sqlite"});
  CHECK(with(16, 0x11) == Kinds{"log.damaged"});
  CHECK(with(16, 0) == Kinds{"log.damaged"});
  CHECK(with(31, 3) == Kinds{"log.damaged"});
  CHECK(with(18, 2) == Kinds{"log.journal"});
  CHECK(with(24, 9).empty());
  CHECK(kinds(scratch, good + "x") == Kinds{"log.damaged"});
  CHECK(kinds(scratch, good.substr(0, 99)) == Kinds{"log.not-sqlite"});
  CHECK(kinds(scratch, "") == Kinds{"log.not-sqlite"});
}

TEST_CASE("evidence: a copy with its digest, and what lies beside the log") {
  const Scratch scratch;
  const std::string content(3'000'001, 'q');
  const Path log = scratch.file("log.db", content);
  (void)scratch.file("log.db-wal", "x");
  const Evidence evidence = copy_evidence(log);
  CHECK(evidence.bytes == content.size());
  CHECK(evidence.sidecars == std::vector<std::string>{"log.db-wal"});
  (void)scratch.file("log.db", "changed");
  CHECK(evidence.digest->finish() == sha256(content));
}

}  // namespace
}  // namespace quittance::audit
