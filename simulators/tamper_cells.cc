// One cell changed: a bit, NULL, empty, another type, longer, shorter, much too long. Nothing is signed anew.
#include <algorithm>

#include "base/fault.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kTooLong = std::size_t{1} << 20;
constexpr std::size_t kMuchTooLong = std::size_t{64} << 20;  // the old verifier took it

void flip(Bench& bench, std::size_t column) { blob(bench.row(), column).back() ^= 1; }

void set_null(Bench& bench, std::size_t column) {
  static_cast<void>(blob(bench.row(), column));
  bench.row().cells[column] = std::monostate{};
}

void set_empty(Bench& bench, std::size_t column) { blob(bench.row(), column).clear(); }

void set_text(Bench& bench, std::size_t column) {
  bench.row().cells[column] = std::string(as_text(blob(bench.row(), column)));
}

void set_integer(Bench& bench, std::size_t column) {
  static_cast<void>(blob(bench.row(), column));
  bench.row().cells[column] = std::int64_t{counter_of(bench.row())};
}

void lengthen(Bench& bench, std::size_t column) { blob(bench.row(), column).push_back(0); }
void shorten(Bench& bench, std::size_t column) { blob(bench.row(), column).pop_back(); }
void oversize(Bench& bench, std::size_t column) {
  blob(bench.row(), column).resize(column == kNxpCert ? kMuchTooLong : kTooLong);
}

bool is_certificate(std::size_t column) { return column < kCounter; }

// An absent last certificate is well-formed; its hash is not.
std::vector<std::string> when_null(std::size_t column) {
  if (column == kOemCert + kOemCerts - 1) return {"signature"};
  return {"type"};
}

std::vector<std::string> when_resized(std::size_t column) {
  if (column == kSignature) return {"width|signature"};
  return {is_certificate(column) ? "border" : "width"};
}

using Change = void (*)(Bench&, std::size_t);

Tampering entry(const std::string& what, std::size_t column, std::vector<std::string> findings,
                const std::string& summary, Change change) {
  const std::string name = column_name(column);
  return {what + "-" + name,
          std::move(findings),
          Weight::breaks,
          "N",
          "its " + name + " " + summary,
          [change, column](Bench& bench) { change(bench, column); }};
}

}  // namespace

std::vector<Tampering> cell_tamperings() {
  std::vector<Tampering> table;
  for (std::size_t column = 0; column < kColumns; ++column) {
    std::vector<std::string> flipped = {"signature"};
    if (column == kStartHash) flipped.emplace_back("chain");
    if (column == kCounter) flipped.emplace_back("counter");
    table.push_back(entry("flip", column, flipped, "has one bit changed", flip));
    table.push_back(entry("null", column, when_null(column), "is NULL", set_null));
    table.push_back(entry("empty", column, {"width|border"}, "is an empty blob", set_empty));
    table.push_back(entry("text", column, {"type"}, "is text of the same bytes", set_text));
    table.push_back(entry("integer", column, {"type"}, "is a whole number", set_integer));
    table.push_back(entry("long", column, when_resized(column), "has one byte more", lengthen));
    table.push_back(entry("short", column, when_resized(column), "has one byte less", shorten));
    table.push_back(entry("oversized", column, {"width"}, "is far too long", oversize));
  }
  table.push_back(
      {"real-prod_counter",
       {"type"},
       Weight::breaks,
       "N",
       "its prod_counter is a floating number",
       [](Bench& bench) { bench.row().cells[kCounter] = static_cast<double>(counter_of(bench.row())); }});
  return table;
}

}  // namespace quittance::simulators
