// Whole acknowledge files: what is wrong with single lines is told and the others count.
#include "importers/acknowledge_file.h"

#include <catch2/catch.hpp>

#include "tests/support/scratch.h"

using namespace quittance;

namespace {

const std::string kSuid = "00112233445566778899aabbccddeeff";

class Reading {
 public:
  explicit Reading(const std::string& content)
      : path_(folder_.file("answer.ack", content)), fd_(open_to_read(path_)) {
    file = read_acknowledge_file(fd_, path_, [&](Fault fault) { faults.push_back(std::move(fault)); });
  }
  [[nodiscard]] std::string message(std::uint32_t line) const {
    return message_of_line(*file, fd_, path_, line);
  }

  std::optional<AcknowledgeFile> file;
  std::vector<Fault> faults;

 private:
  Scratch folder_;
  Path path_;
  Fd fd_;
};

std::string suid(int n) {
  auto text = std::to_string(n);
  return std::string(32 - text.size(), '0') + text;
}

}  // namespace

TEST_CASE("a whole file", "[acknowledge]") {
  const std::string content = "T-1;104;x\n" + suid(2) + ";104;field; empty\n" + suid(1) + ";0;OK\n";
  const Reading read(content);
  REQUIRE(read.file);
  CHECK(read.faults.empty());
  CHECK(read.file->head.tid == "T-1");
  CHECK(read.file->head.code == 104);
  REQUIRE(read.file->lines.size() == 2);
  CHECK(read.file->lines[0].suid.text() == suid(2));
  CHECK(read.file->lines[0].code == 104);
  CHECK(read.file->lines[0].number == 2);
  CHECK(read.file->lines[0].offset == 10);
  CHECK(read.message(2) == "field; empty");
  CHECK(read.message(3) == "OK");
  CHECK(read.message(1).empty());
  CHECK(read.message(99).empty());
  CHECK(read.file->digest == sha256(std::string_view(content)));
  CHECK_FALSE(read.file->tolerated.any());
}

TEST_CASE("lines that are not believed are left out and told", "[acknowledge]") {
  const Reading read("T;0;OK\n" + suid(1) + ";0;OK\nrubbish\n" + suid(2) + ";999;x\n" +
                     std::string("a\0b;0;OK\n", 9) + suid(3) + ";0;\x1b[2J\n" + suid(4) + ";0;\xff\n" +
                     std::string(5000, 'x') + "\n\n" + suid(5) + ";0;OK\n");
  REQUIRE(read.file);
  CHECK(read.file->faulty == 6);
  CHECK_FALSE(read.file->truncated);
  REQUIRE(read.file->lines.size() == 2);
  CHECK(read.file->lines[1].suid.text() == suid(5));
  CHECK(read.file->lines[1].number == 10);
  std::vector<std::string> ids;
  std::vector<std::uint64_t> lines;
  for (const auto& fault : read.faults) {
    ids.push_back(fault.id);
    lines.push_back(fault.line);
    CHECK(fault.severity == Severity::finding);
  }
  CHECK(ids == std::vector<std::string>{"acknowledge.syntax", "acknowledge.code", "acknowledge.characters",
                                        "acknowledge.characters", "acknowledge.characters",
                                        "acknowledge.long"});
  CHECK(lines == std::vector<std::uint64_t>{3, 4, 5, 6, 7, 8});
}

TEST_CASE("a first line that is not believed is no file at all", "[acknowledge]") {
  for (const std::string wrong : {"", "\n", "hello\n", "T;999;x\n", "T;0", "\xff;0;OK\n", "T\x01;0;OK\n"}) {
    const Reading read(wrong + "\n" + kSuid + ";0;OK\n");
    if (wrong == "T;0") continue;  // has a second line, so it is a syntax fault like the others
    INFO(wrong);
    CHECK_FALSE(read.file);
    CHECK(read.faults.size() == 1);
  }
  const Reading empty("");
  CHECK_FALSE(empty.file);
  REQUIRE(empty.faults.size() == 1);
  CHECK(empty.faults[0].id == "acknowledge.empty");
  const Reading longest("T;0;" + std::string(5000, 'x') + "\n");
  CHECK_FALSE(longest.file);
}

TEST_CASE("all forms that are tolerated", "[acknowledge]") {
  const Reading read(
      "\xef\xbb\xbfT;0;OK\r\n0011223344556677"
      "8899AABBCCDDEEFF;0;OK");
  REQUIRE(read.file);
  CHECK(read.faults.empty());
  CHECK(read.file->lines.size() == 1);
  CHECK(read.file->tolerated.bom);
  CHECK(read.file->tolerated.crlf);
  CHECK(read.file->tolerated.upper_case);
  CHECK(read.file->tolerated.no_last_newline);
}

TEST_CASE("cut at every byte: never a receipt accepted that is not named whole", "[acknowledge]") {
  const std::string whole = "ACME-1;0;OK\n" + suid(1) + ";0;OK\n" + suid(2) + ";107;bad\n";
  const auto first_end = whole.find('\n') + 1;
  const auto second_end = whole.find('\n', first_end) + 1;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    INFO(length);
    const Reading read(whole.substr(0, length));
    const bool head = length > std::string("ACME-1;0").size();
    REQUIRE(read.file.has_value() == head);
    if (!head) continue;
    const auto believed = [&](std::size_t begin, std::size_t needed) { return length > begin + needed; };
    const std::size_t expected =
        (believed(first_end, 32 + 2) ? 1U : 0U) + (believed(second_end, 32 + 4) ? 1U : 0U);
    CHECK(read.file->lines.size() == expected);
    const bool clean = read.faults.empty();
    CHECK(read.file->truncated == !clean);
  }
}
