// The vendor's reader of receipt logs: the header, the digest, the lines.
#include "simulators/vendor_log.h"

#include <catch2/catch.hpp>

#include "simulators/vendor_codes.h"
#include "tests/support/scratch.h"

namespace quittance::simulators {
namespace {

const std::string kLines = "first\nsecond\n";

std::string header(const std::string& tid, const std::string& lines) {
  return "TID:" + tid + ";MD:" + to_hex(sha256(lines)) + "\n";
}

VendorLog read(const std::string& text, bool headerless = false, std::uint64_t limit = 1000) {
  const Scratch scratch;
  return read_vendor_log(scratch.file("NAME-1.txt", text), headerless, limit);
}

TEST_CASE("vendor log: TID and lines of a sound file") {
  const VendorLog log = read(header("ACME-7", kLines) + kLines);
  CHECK(log.refusal == 0);
  CHECK(log.tid == "ACME-7");
  REQUIRE(log.lines.size() == 2);
  CHECK(log.lines[1].text == "second");
  CHECK(log.lines[1].terminated);
}

TEST_CASE("vendor log: the digest may be written in upper case, and there may be no line") {
  std::string text = header("ACME-7", "");
  std::transform(text.begin() + 10, text.end(), text.begin() + 10,
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  CHECK(read(text).refusal == 0);
  CHECK(read(text).lines.empty());
}

TEST_CASE("vendor log: each damaged byte behind the header is noticed") {
  const std::string text = header("ACME-7", kLines) + kLines;
  for (std::size_t at = text.size() - kLines.size(); at < text.size(); ++at) {
    std::string damaged = text;
    damaged[at] ^= 1;
    const VendorLog log = read(damaged);
    CHECK(log.refusal == code::kUnknownError);
    CHECK(log.tid == "ACME-7");
    CHECK(log.lines.empty());
    CHECK(log.reason.find("MD mismatch") == 0);
  }
  CHECK(read(text + "x").refusal == code::kUnknownError);
  CHECK(read(text.substr(0, text.size() - 1)).refusal == code::kUnknownError);
}

TEST_CASE("vendor log: anything but a header on line 1 refuses the file, under its name") {
  const std::string digest = to_hex(sha256(kLines));
  for (const std::string& line :
       {std::string(), std::string("TID:ACME-7"), "TID:;MD:" + digest, "TID:../x;MD:" + digest,
        "TID:A B;MD:" + digest, "tid:ACME-7;MD:" + digest, "TID:ACME-7;MD:" + digest + "\r",
        "TID:ACME-7;MD:" + digest.substr(1), "TID:ACME-7;MD:g" + digest.substr(1), "TID:ACME-7|MD:" + digest,
        "TID:" + std::string(65, 'A') + ";MD:" + digest}) {
    CAPTURE(line);
    std::string text = line;
    text.append("\n").append(kLines);
    const VendorLog log = read(text);
    CHECK(log.refusal == code::kSyntax);
    CHECK(log.tid == "NAME-1");
  }
}

TEST_CASE("vendor log: without headers the TID is the file's name") {
  const VendorLog log = read("only\n", true);
  CHECK(log.tid == "NAME-1");
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0].text == "only");
}

TEST_CASE("vendor log: a last line without its newline is told apart") {
  const VendorLog log = read("one\ntwo", true);
  REQUIRE(log.lines.size() == 2);
  CHECK(log.lines[0].terminated);
  CHECK_FALSE(log.lines[1].terminated);
}

TEST_CASE("vendor log: one byte over the limit refuses the file, under its TID") {
  const std::string text = header("ACME-7", kLines) + kLines;
  CHECK(read(text, false, text.size()).refusal == 0);
  const VendorLog log = read(text, false, text.size() - 1);
  CHECK(log.refusal == code::kUnknownError);
  CHECK(log.tid == "ACME-7");
  CHECK(log.digest == sha256(text));
}

}  // namespace
}  // namespace quittance::simulators
