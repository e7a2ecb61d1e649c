// What the vendor can do wrong: the answer is spoilt, the database stays right.
#include "simulators/vendor_misbehaviour.h"

#include <catch2/catch.hpp>

#include "tests/simulators/plant.h"

namespace quittance::simulators {
namespace {

const std::string kA(32, 'a');
const std::string kB(32, 'b');

Answer two_receipts() {
  Answer answer{"T-1", 0, "", {{kA, 0, "OK"}, {kB, 107, "bad"}}};
  summarize(answer);
  return answer;
}

std::string text(const Misbehaviour& misbehaviour) {
  return acknowledge_files(two_receipts(), misbehaviour, 0).at(0).bytes;
}

// The lines of the spoilt answer, as "first letter of the SUID, code".
std::vector<std::string> short_lines(const Misbehaviour& misbehaviour) {
  auto lines = lines_of(text(misbehaviour));
  lines.erase(lines.begin());
  for (auto& line : lines) line = line.substr(0, 1) + std::to_string(code_of(line));
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("answer: the right one") {
  CHECK(text({}) == "T-1;107;bad (1 of 2 receipts imported)\n" + kA + ";0;OK\n" + kB + ";107;bad\n");
  Answer remark{"T-1", 0, "", {{kA, 101, "trailing"}}};
  summarize(remark);
  CHECK(remark.message == "OK (1 receipts imported)");
}

TEST_CASE("answer: other wordings") {
  Misbehaviour wrong;
  wrong.wording.plain = true;
  CHECK(text(wrong).substr(0, 4) == "107;");
  wrong.wording.crlf = true;
  CHECK(text(wrong).substr(text(wrong).size() - 5) == "bad\r\n");
  wrong.wording.byte_order_mark = true;
  CHECK(text(wrong).substr(0, 3) == "\xef\xbb\xbf");
  wrong.wording.upper_case = true;
  CHECK(text(wrong).find(std::string(32, 'B') + ";107;bad") != std::string::npos);
}

TEST_CASE("answer: truncated, down to nothing") {
  Misbehaviour wrong;
  const std::string whole = text(wrong);
  wrong.wording.truncate = 6;
  CHECK(text(wrong) == whole.substr(0, whole.size() - 6));
  wrong.wording.truncate = 100'000;
  CHECK(text(wrong).empty());
}

TEST_CASE("answer: lines missing, added, doubled, out of order, with an impossible code") {
  Misbehaviour drop;
  drop.drop_suids = 1;
  CHECK(short_lines(drop) == Lines{"b107"});
  drop.drop_suids = 5;
  CHECK(short_lines(drop).empty());
  Misbehaviour twice;
  twice.duplicate_code = true;
  CHECK(short_lines(twice) == Lines{"a0", "b107", "a107"});
  Misbehaviour reverse;
  reverse.reverse = true;
  CHECK(short_lines(reverse) == Lines{"b107", "a0"});
  Misbehaviour bad;
  bad.bad_code = true;
  CHECK(short_lines(bad) == Lines{"a0", "b999"});
  Misbehaviour extra;
  extra.extra_suid = true;
  CHECK(short_lines(extra).size() == 3);
}

TEST_CASE("answer: a first line that contradicts the others") {
  Misbehaviour wrong;
  wrong.wrong_global = true;
  CHECK(lines_of(text(wrong)).front() == "T-1;0;OK (2 receipts imported)");
  Answer good{"T-1", 0, "OK", {{kA, 0, "OK"}}};
  CHECK(acknowledge_files(good, wrong, 0).at(0).bytes.substr(0, 8) == "T-1;110;");
}

TEST_CASE("answer: names") {
  Misbehaviour wrong;
  wrong.twice = true;
  wrong.unknown_tid = true;
  const auto files = acknowledge_files(two_receipts(), wrong, 0);
  REQUIRE(files.size() == 3);
  CHECK(files[1].name == "T-1-again.ack");
  CHECK(files[1].bytes == files[0].bytes);
  CHECK(files[2].name == "T-0.ack");
  CHECK(files[2].bytes.substr(0, 4) == "T-0;");
  CHECK(acknowledge_files(two_receipts(), wrong, 1).size() == 2);
  wrong.reverse = true;
  CHECK(acknowledge_files(two_receipts(), wrong, 0)[0].name >
        acknowledge_files(two_receipts(), wrong, 1)[0].name);
}

TEST_CASE("vendor: late answers wait until they are released") {
  Plant plant;
  plant.make("first", 2);
  plant.send("T-1", plant.drops("first"));
  plant.make("second", 2);
  plant.send("T-2", plant.drops("second"));
  plant.vendor.misbehaviour.hold = 1;
  VendorResult result = plant.import();
  CHECK(result.imported == 4);
  CHECK(result.held == 1);
  CHECK(plant.answers() == Lines{"T-2.ack"});
  CHECK(plant.import().held == 1);
  plant.vendor.release = true;
  plant.vendor.in.clear();
  CHECK(plant.import().held == 0);
  CHECK(plant.answers() == Lines{"T-1.ack", "T-2.ack"});
}

TEST_CASE("vendor: an error of the whole imports nothing") {
  Plant plant;
  plant.make("drops", 2);
  plant.send("T-1", plant.drops("drops"));
  plant.vendor.misbehaviour.global_error = 110;
  CHECK(plant.import().imported == 0);
  CHECK(plant.answer("T-1.ack") == "T-1;110;An unknown error occurred\n");
  CHECK(plant.database().devices().empty());
}

TEST_CASE("vendor: an answer that a killed run still owed is given by the next") {
  Plant plant;
  plant.make("drops", 2);
  plant.send("T-1", plant.drops("drops"));
  plant.import();
  const Path file = plant.vendor.database / "devices.txt";
  const std::string text = Scratch::content(file);
  std::filesystem::resize_file(file, text.find("A T-1"));  // as if killed before the answer
  std::filesystem::remove(plant.vendor.out / "T-1.ack");
  const VendorResult result = plant.import();
  CHECK(result.logs == 0);
  CHECK(result.answers == 1);
  CHECK(code_of(plant.answer("T-1.ack")) == 0);
  CHECK(Scratch::content(file) == text);
}

}  // namespace
}  // namespace quittance::simulators
