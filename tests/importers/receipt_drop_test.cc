// A drop in two passes: judging its lines, and giving the good ones out in the order of their SUIDs.
#include "importers/receipt_drop.h"

#include <catch2/catch.hpp>

#include "base/fault.h"
#include "tests/records/sample.h"
#include "tests/support/scratch.h"

using namespace quittance;

namespace {

std::string line(const std::string& suid) { return sample::with("suid", suid); }
std::string suid(char digit) { return std::string(32, digit); }

struct Faulty {
  std::int64_t line;
  std::int64_t offset;
  int code;
};

class Reading {
 public:
  explicit Reading(const std::string& content, std::int64_t already = 0)
      : path_(folder_.file("drop", content)),
        fd_(open_to_read(path_)),
        drop(fd_, path_, sample::rules(), already) {}

  ReceiptDrop::Part judge(std::size_t most = 1000) {
    return drop.judge(
        most,
        [&](const LinePlace& place, const LineFault& fault) {
          faults.push_back({place.number, place.offset, fault.code});
        },
        [&](const LinePlace&, const LineFault& warning) { warnings.push_back(warning.code); });
  }
  std::vector<std::pair<std::string, std::int64_t>> in_order() {
    std::vector<std::pair<std::string, std::int64_t>> out;
    drop.each_in_suid_order([&](const Receipt& receipt, const Digest& digest, std::int64_t number) {
      CHECK(digest == sha256(ByteView(receipt.bytes)));
      out.emplace_back(receipt.suid.text(), number);
    });
    return out;
  }
  [[nodiscard]] const Path& path() const { return path_; }

  std::vector<Faulty> faults;
  std::vector<int> warnings;

 private:
  Scratch folder_;
  Path path_;
  Fd fd_;

 public:
  ReceiptDrop drop;
};

}  // namespace

TEST_CASE("every line is good, faulty or blank", "[drop]") {
  const auto a = line(suid('b'));
  const auto content = a + "\n\n" + "rubbish\n" + line(suid('a')) + "  \n" + " \t\r\n" + line(suid('c'));
  Reading reading(content);
  const auto part = reading.judge();
  CHECK(part.lines == 6);
  CHECK(part.blank == 2);
  CHECK(part.faulty == 1);
  CHECK(part.last);
  CHECK(part.bytes == static_cast<std::int64_t>(content.size()));
  REQUIRE(reading.faults.size() == 1);
  CHECK(reading.faults[0].line == 3);
  CHECK(reading.faults[0].offset == static_cast<std::int64_t>(a.size()) + 2);
  CHECK(reading.faults[0].code == 103);
  CHECK(reading.warnings == std::vector<int>{101});
  CHECK(reading.in_order() ==
        std::vector<std::pair<std::string, std::int64_t>>{{suid('a'), 4}, {suid('b'), 1}, {suid('c'), 6}});
  CHECK(reading.drop.digest() == sha256(std::string_view(content)));
}

TEST_CASE("receipts of one device keep the order of their lines", "[drop]") {
  Reading reading(line(suid('a')) + "\n" + line(suid('0')) + "\n" + line(suid('a')) + "\n");
  static_cast<void>(reading.judge());
  CHECK(reading.in_order() ==
        std::vector<std::pair<std::string, std::int64_t>>{{suid('0'), 2}, {suid('a'), 1}, {suid('a'), 3}});
}

TEST_CASE("an empty file is one part without lines", "[drop]") {
  Reading reading("");
  const auto part = reading.judge();
  CHECK(part.lines == 0);
  CHECK(part.last);
  CHECK(reading.in_order().empty());
  CHECK(reading.drop.digest() == sha256(std::string_view()));
}

TEST_CASE("part after part, and gone on with after a crash", "[drop]") {
  std::string content;
  for (const char digit : std::string("fedcba9")) content += line(suid(digit)) + "\n";
  Reading whole(content);
  const auto first = whole.judge(3);
  CHECK(first.lines == 3);
  CHECK_FALSE(first.last);
  CHECK(whole.in_order().front().first == suid('d'));
  const auto second = whole.judge(3);
  CHECK(whole.in_order() ==
        std::vector<std::pair<std::string, std::int64_t>>{{suid('a'), 6}, {suid('b'), 5}, {suid('c'), 4}});
  const auto third = whole.judge(3);
  CHECK(third.lines == 1);
  CHECK(third.last);
  CHECK(whole.in_order().front().second == 7);

  Reading again(content, first.bytes);
  const auto rest = again.judge(3);
  CHECK(rest.bytes == second.bytes);
  CHECK(again.in_order().front() == std::make_pair(suid('a'), std::int64_t{6}));
  static_cast<void>(again.judge(100));
  CHECK(again.drop.digest() == sha256(std::string_view(content)));  // of the whole, for the archive
}

TEST_CASE("a line that is far too long is one faulty line", "[drop]") {
  Reading reading(line(suid('a')) + "\n" + std::string(100'000, 'x') + "\n" + line(suid('b')) + "\n");
  const auto part = reading.judge();
  CHECK(part.lines == 3);
  REQUIRE(reading.faults.size() == 1);
  CHECK(reading.faults[0].code == 105);
  CHECK(reading.in_order().size() == 2);
}

TEST_CASE("many lines come in order", "[drop]") {
  std::string content;
  for (int i = 5000; i > 0; --i) {
    auto text = std::to_string(i);
    content += line(std::string(32 - text.size(), '0') + text) + "\n";
  }
  Reading reading(content);
  static_cast<void>(reading.judge(10'000));
  const auto order = reading.in_order();
  REQUIRE(order.size() == 5000);
  CHECK(std::is_sorted(order.begin(), order.end()));
  for (const auto& [text, number] : order) CHECK(number == 5001 - std::stoll(text));
}

TEST_CASE("a file that changes between the passes is not believed", "[drop]") {
  Reading reading(line(suid('a')) + "\n");
  static_cast<void>(reading.judge());
  {
    std::fstream file(reading.path(), std::ios::in | std::ios::out | std::ios::binary);
    file << suid('b');
  }
  CHECK_THROWS_AS(reading.in_order(), Failure);
}
