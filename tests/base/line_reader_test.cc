// Lines of any length: against a plain splitting of the same text, and in bounded memory.
#include "base/line_reader.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/support/scratch.h"

namespace quittance {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

// Reads all lines of `text` and compares each, with the digest after it, to what it must be.
void check_all(const std::string& text, std::size_t limit) {
  const Scratch scratch;
  const Path path = scratch.file("lines", text);
  const Fd fd = open_to_read(path);
  LineReader reader(fd, path, limit);
  Line line;
  std::size_t at = 0;
  std::uint64_t number = 0;
  Sha256 sha;
  while (at < text.size()) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = std::min(newline, text.size());
    REQUIRE(reader.next(line));
    REQUIRE(line.number == ++number);
    REQUIRE(line.offset == at);
    REQUIRE(line.length == end - at);
    REQUIRE(line.terminated == (newline != std::string::npos));
    REQUIRE(line.cut == (end - at > limit));
    REQUIRE(line.text == std::string_view(text).substr(at, std::min(end - at, limit)));
    const std::size_t next = std::min(end + 1, text.size());
    sha.add(std::string_view(text).substr(at, next - at));
    at = next;
    REQUIRE(reader.offset() == at);
    REQUIRE(reader.digest() == sha.value());
  }
  CHECK_FALSE(reader.next(line));
  CHECK_FALSE(reader.next(line));
  CHECK(reader.digest() == sha256(text));
}

TEST_CASE("line reader: small texts") {
  for (const char* text :
       {"", "\n", "\n\n", "a", "a\n", "a\nb", "a\n\nb\n", "\na", "a\r\n", "abcde\nabcdef\nabcd"}) {
    CAPTURE(text);
    for (const std::size_t limit : {0U, 1U, 4U, 5U, 6U, 100U}) check_all(text, limit);
  }
}

TEST_CASE("line reader: lengths around the limit and the block") {
  for (const std::size_t limit : {std::size_t{10}, std::size_t{1000}, kBlock, kBlock + 7}) {
    std::string text;
    for (const std::size_t base : {limit, kBlock, kBlock + limit, 2 * kBlock, 2 * kBlock + limit}) {
      for (std::size_t length = base - 2; length <= base + 2; ++length) {
        text += std::string(length, static_cast<char>('a' + length % 26)) + "\nnext\n";
      }
    }
    check_all(text, limit);
    check_all(text + std::string(limit + kBlock, 'e'), limit);
    check_all(text + std::string(limit + 1, 'e'), limit);
    check_all(text + std::string(limit, 'e'), limit);
  }
}

TEST_CASE("line reader: random texts") {
  std::mt19937 random(20261120);
  for (int round = 0; round < 20; ++round) {
    std::string text;
    while (text.size() < 4 * kBlock) {
      const std::size_t shape = random() % 100;
      const std::size_t most = shape < 90 ? 1200 : shape < 98 ? 20000 : 2 * kBlock;
      text += std::string(random() % most, static_cast<char>('a' + random() % 26)) + "\n";
    }
    check_all(text, 1 + random() % 4000);
  }
}

TEST_CASE("line reader: begins where it is told and leaves the descriptor's place alone") {
  const Scratch scratch;
  const Path path = scratch.file("lines", "one\ntwo\nthree\n");
  const Fd fd = open_to_read(path);
  LineReader reader(fd, path, 100, 4, 2);
  CHECK(reader.offset() == 4);
  Line line;
  REQUIRE(reader.next(line));
  CHECK(line.text == "two");
  CHECK(line.number == 2);
  CHECK(line.offset == 4);
  CHECK(reader.digest() == sha256("two\n"));
  CHECK(lseek(fd.get(), 0, SEEK_CUR) == 0);
}

TEST_CASE("line reader: zero bytes are bytes like others") {
  using namespace std::string_literals;
  check_all("a\0b\n\0\n"s, 100);
}

TEST_CASE("line reader: a line of 128 MiB needs no more memory than a short one") {
  const Scratch scratch;
  const Path path = scratch.file("lines", "");
  constexpr off_t kLength = off_t{128} * 1024 * 1024;
  REQUIRE(truncate(path.c_str(), kLength) == 0);  // a hole, read as zeros
  const Fd fd = open_to_read(path);
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  LineReader reader(fd, path, 4096);
  Line line;
  REQUIRE(reader.next(line));
  CHECK(line.length == static_cast<std::uint64_t>(kLength));
  CHECK(line.cut);
  CHECK(line.text.size() == 4096);
  CHECK_FALSE(line.terminated);
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // KiB
}

}  // namespace
}  // namespace quittance
