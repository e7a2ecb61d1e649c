// Files that are damaged or are no SQLite at all.
#include <algorithm>

#include "base/fault.h"
#include "simulators/seeded_bytes.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kPage = 4096;
constexpr unsigned char kInteriorTable = 0x05;
constexpr unsigned char kLeafTable = 0x0d;

unsigned char kind_of_page(const std::string& file, std::size_t page) {  // pages count from 0
  return static_cast<unsigned char>(file[page * kPage + (page == 0 ? 100 : 0)]);
}

std::size_t find_page(const std::string& file, unsigned char kind, std::size_t from) {
  for (std::size_t page = from; page < file.size() / kPage; ++page) {
    if (kind_of_page(file, page) == kind) return page;
  }
  throw usage_failure("the log is too small for damage of this kind", "make one of some dozens of records");
}

std::size_t middle_leaf(const std::string& file) {
  return find_page(file, kLeafTable, file.size() / kPage / 2);
}

void overwrite_page(std::string& file, char with) {
  const std::size_t at = middle_leaf(file) * kPage;
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), kPage, with);
}

// The second child of a page becomes the first once more: its rows come twice, others never.
void loop_pages(std::string& file) {
  const std::size_t page = find_page(file, kInteriorTable, 1) * kPage;
  const auto cell = [&](std::size_t number) {
    const std::size_t pointer = page + 12 + 2 * number;
    const auto high = static_cast<unsigned char>(file[pointer]);
    return page + (std::size_t{high} << 8 | static_cast<unsigned char>(file[pointer + 1]));
  };
  file.replace(cell(1), 4, file, cell(0), 4);
}

// The first key of a page is smaller than what lies below: a walk meets the rows, a look for an id does not.
void mislead(std::string& file) {
  const std::size_t page = find_page(file, kInteriorTable, 1) * kPage;
  const std::size_t cell = page + (std::size_t{static_cast<unsigned char>(file[page + 12])} << 8 |
                                   static_cast<unsigned char>(file[page + 13]));
  file[cell + 4] = 0;
}

// A cell that tells more than the page holds.
void lengthen_cell(std::string& file) {
  const std::size_t page = middle_leaf(file) * kPage;
  const std::size_t cell = std::size_t{static_cast<unsigned char>(file[page + 8])} << 8 |
                           static_cast<unsigned char>(file[page + 9]);
  file[page + cell] = static_cast<char>(0xff);
}

void encrypt(std::string& file) {
  Bytes key(file.size());
  SeededBytes("a key").draw(0, 0, key);
  for (std::size_t i = 0; i < file.size(); ++i)
    file[i] = static_cast<char>(file[i] ^ static_cast<char>(key[i]));
}

Tampering entry(const char* kind, const char* findings, const char* summary, void (*change)(std::string&),
                Weight weight = Weight::breaks) {
  return {kind, {findings}, weight, "file", summary, [change](Bench& bench) {
            bench.record = 0;
            bench.bytes = change;
          }};
}

}  // namespace

std::vector<Tampering> file_tamperings() {
  constexpr const char* kDamaged = "damaged";
  constexpr const char* kNotSqlite = "not-sqlite";
  return {
      entry("corrupt-page", kDamaged, "a page in the middle is overwritten",
            [](std::string& file) { overwrite_page(file, '\xff'); }),
      entry("zero-page", kDamaged, "a page in the middle is all zeros",
            [](std::string& file) { overwrite_page(file, '\0'); }),
      entry("corrupt-cell", kDamaged, "the first row of a page tells a wrong size", lengthen_cell),
      entry("looped-page", "damaged|hidden|order",
            "a page occurs twice in the tree of records, another never", loop_pages),
      entry("misleading-key", "hidden|damaged", "a page of the tree tells a wrong key of what lies below",
            mislead),
      entry("trailing-bytes", kDamaged, "bytes stand behind the last page",
            [](std::string& file) { file += "behind the last page"; }),
      entry(
          "write-ahead", "journal", "the header tells of a write-ahead log, which is not there",
          [](std::string& file) { file[18] = file[19] = 2; }, Weight::warning),
      entry("cut-page", kDamaged, "the last page is missing",
            [](std::string& file) { file.resize(file.size() - kPage); }),
      entry("cut-file", kDamaged, "the second half is missing",
            [](std::string& file) { file.resize(file.size() / 2); }),
      entry("wrong-page-size", "damaged|not-sqlite", "the header tells an impossible size of pages",
            [](std::string& file) { file[16] = file[17] = 3; }),
      entry("empty-file", "not-sqlite|damaged|empty", "the file has no bytes",
            [](std::string& file) { file.clear(); }),
      entry("text-file", kNotSqlite, "the file is a text",
            [](std::string& file) { file = "1;2;3\n4;5;6\n"; }),
      entry("lost-header", kNotSqlite, "the first sixteen bytes are zeros",
            [](std::string& file) { std::fill_n(file.begin(), 16, '\0'); }),
      entry("encrypted", "not-sqlite|encrypted", "the file is encrypted and nobody gave the key", encrypt),
  };
}

}  // namespace quittance::simulators
