// Lines of an acknowledge file: strict in what is believed, tolerant in form.
#include "records/acknowledge.h"

#include <catch2/catch.hpp>

using namespace quittance;

namespace {

const std::string kSuid = "00112233445566778899aabbccddeeff";

struct Head {
  std::optional<AcknowledgeFault> fault;
  AcknowledgeHead head;
  Tolerated tolerated;
};

Head head_of(const std::string& line, bool terminated = true) {
  Head out;
  out.fault = read_acknowledge_head(line, terminated, out.head, out.tolerated);
  return out;
}

struct Body {
  std::optional<AcknowledgeFault> fault;
  AcknowledgeLine line;
  std::string message;  // a copy: the line's own is a view into what was read
  Tolerated tolerated;
};

Body line_of(const std::string& line, bool terminated = true) {
  Body out;
  out.fault = read_acknowledge_line(line, terminated, out.line, out.tolerated);
  out.message = out.line.message;
  return out;
}

// Tokens that look like a code and are none.
const std::vector<std::string> kNoCodes = {
    "",    "+0",  "-0",  "00",         " 0",         "0 ",   "0x0",  "0.0", "1",   "99",
    "100", "116", "999", "4294967296", "4294967397", "0101", "+101", "OK",  "1e2", "18446744073709551616",
    "\t0", "101a"};

}  // namespace

TEST_CASE("first line with and without TID", "[acknowledge]") {
  const auto with_tid = head_of("ACME-1;104;field empty; see; manual");
  REQUIRE_FALSE(with_tid.fault);
  CHECK(with_tid.head.tid == "ACME-1");
  CHECK(with_tid.head.code == 104);
  CHECK(with_tid.head.message == "field empty; see; manual");
  CHECK_FALSE(with_tid.tolerated.any());
  for (const int code : {0, 101, 107, 115}) {
    const auto plain = head_of(std::to_string(code) + ";message; more");
    REQUIRE_FALSE(plain.fault);
    CHECK(plain.head.tid.empty());
    CHECK(plain.head.code == code);
    CHECK(plain.head.message == "message; more");
  }
  CHECK(head_of("0;").head.message.empty());
  CHECK_FALSE(head_of("T;0;").fault);
}

TEST_CASE("a first line that is not believed", "[acknowledge]") {
  for (const std::string wrong :
       {"", "hello", ";", ";;", ";0;OK", "a b;0;OK", "a/b;0;OK", "T;;OK", "T;0", "T", "T;OK;0"}) {
    INFO(wrong);
    CHECK(head_of(wrong).fault);
  }
  for (const auto& token : kNoCodes) {
    INFO(token);
    CHECK(head_of("T;" + token + ";OK").fault);
    const auto plain = head_of(token + ";OK");  // at most a TID, whose code is then missing
    CHECK(plain.fault);
  }
}

TEST_CASE("a line for each code of the table and no other", "[acknowledge]") {
  for (int code = -5; code < 1200; ++code) {
    const bool in_table = code == 0 || (code >= 101 && code <= 115);
    const auto read = line_of(kSuid + ";" + std::to_string(code) + ";m;n");
    INFO(code);
    CHECK(read.fault.has_value() != in_table);
    if (!in_table) continue;
    CHECK(read.line.code == code);
    CHECK(read.line.suid.text() == kSuid);
    CHECK(read.message == "m;n");
  }
  for (const auto& token : kNoCodes) {
    INFO(token);
    const auto read = line_of(kSuid + ";" + token + ";m");
    REQUIRE(read.fault);
    CHECK(read.fault->id == "acknowledge.code");
    CHECK_FALSE(read.fault->truncated);
  }
}

TEST_CASE("a SUID that is none", "[acknowledge]") {
  const std::vector<std::string> all_wrong = {"", "0", kSuid.substr(1), "zz112233445566778899aabbccddeeff",
                                              " 0112233445566778899aabbccddeeff"};
  for (const auto& wrong : all_wrong) {
    const auto read = line_of(wrong + ";0;OK");
    INFO(wrong);
    REQUIRE(read.fault);
    CHECK(read.fault->id == "acknowledge.suid");
  }
}

TEST_CASE("forms that are tolerated are noted", "[acknowledge]") {
  CHECK(head_of("\xef\xbb\xbfT;0;OK").tolerated.bom);
  CHECK(head_of("\xef\xbb\xbf"
                "0;OK")
            .head.tid.empty());
  CHECK(head_of("T;0;OK\r").tolerated.crlf);
  CHECK(head_of("T;0;OK\r").head.message == "OK");
  CHECK(head_of("T;0;OK", false).tolerated.no_last_newline);
  CHECK(line_of(kSuid + ";0;OK\r").tolerated.crlf);
  CHECK(line_of(kSuid + ";0;OK\r").message == "OK");
  CHECK(line_of(kSuid + ";0;", false).tolerated.no_last_newline);
  CHECK(line_of("00112233445566778899AABBCCDDEEFF;0;OK").tolerated.upper_case);
  CHECK_FALSE(line_of(kSuid + ";0;OK").tolerated.any());
  Tolerated all{true, true, true, true};
  CHECK(all.any());
  CHECK(all.text() == "byte order mark, lines end in CR LF, no newline at the end, upper-case SUID");
  CHECK(Tolerated{}.text().empty());
}

TEST_CASE("every prefix of a line without its newline: believed only with its second separator",
          "[acknowledge]") {
  const std::string whole = kSuid + ";104;the field is empty";
  const auto second = whole.find(';', whole.find(';') + 1);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    INFO(whole.substr(0, length));
    const auto read = line_of(whole.substr(0, length), false);
    CHECK(read.fault.has_value() == (length <= second));
    if (read.fault) CHECK(read.fault->truncated);
    if (!read.fault) CHECK(read.line.code == 104);
  }
}

TEST_CASE("every prefix of a first line without its newline", "[acknowledge]") {
  const std::string whole = "ACME-7f3a-20261120-000042-9f31c04be27a5d80c1e6;110;unknown";
  const auto second = whole.find(';', whole.find(';') + 1);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    INFO(whole.substr(0, length));
    const auto read = head_of(whole.substr(0, length), false);
    CHECK(read.fault.has_value() == (length <= second));
    if (!read.fault) CHECK(read.head.code == 110);
  }
}

TEST_CASE("faults quote escaped and cut text", "[acknowledge]") {
  const auto read = line_of("\x1b[2J" + std::string(1000, 'x'));
  REQUIRE(read.fault);
  CHECK(read.fault->problem.find('\x1b') == std::string::npos);
  CHECK(read.fault->problem.size() < 200);
}
