// Reading and writing through descriptors.
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

bool is_open(int fd) { return fcntl(fd, F_GETFD) != -1; }

TEST_CASE("file: a descriptor is closed when it goes, and moves with its owner") {
  const Scratch scratch;
  const Path path = scratch.file("a", "x");
  int number = -1;
  {
    Fd fd = open_to_read(path);
    number = fd.get();
    Fd other(std::move(fd));
    CHECK_FALSE(fd);
    CHECK(other.get() == number);
    fd = std::move(other);
    CHECK(fd.get() == number);
    CHECK(is_open(number));
    CHECK((fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("file: reading at an offset stops at the end of the file") {
  const Scratch scratch;
  const Path path = scratch.file("a", "0123456789");
  const Fd fd = open_to_read(path);
  Bytes out(4);
  CHECK(read_at(fd, path, 3, out) == 4);
  CHECK(as_text(out) == "3456");
  CHECK(read_at(fd, path, 8, out) == 2);
  CHECK(read_at(fd, path, 10, out) == 0);
  CHECK(read_at(fd, path, 1000, out) == 0);
}

TEST_CASE("file: a pipe doesn't hold us and is refused") {
  const Scratch scratch;
  const Path pipe = scratch / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const Failure failure = failure_of([&] { (void)open_to_read(pipe); });
  CHECK(failure.fault().id == "machine.not-a-file");
  CHECK(failure.fault().object == pipe.string());
  CHECK(failure_of([] { (void)open_to_read("/dev/null"); }).fault().id == "machine.not-a-file");
}

TEST_CASE("file: links are followed and what is missing is named") {
  const Scratch scratch;
  (void)scratch.file("a", "content");
  std::filesystem::create_symlink("a", scratch / "link");
  CHECK(read_small_file(scratch / "link", 100) == "content");
  const Failure failure = failure_of([&] { (void)open_to_read(scratch / "none"); });
  CHECK(failure.fault().id == "machine.missing");
  CHECK(failure.fault().object == (scratch / "none").string());
}

TEST_CASE("file: a small file may have exactly the limit") {
  const Scratch scratch;
  const Path path = scratch.file("a", "12345");
  CHECK(read_small_file(path, 5) == "12345");
  CHECK(read_small_file(scratch.file("empty", ""), 0).empty());
  const Failure failure = failure_of([&] { (void)read_small_file(path, 4); });
  CHECK(failure.fault().id == "machine.too-large");
  CHECK(failure_of([&] { (void)read_small_file(scratch.path(), 4); }).fault().id == "machine.not-a-file");
  const std::string big(600000, 'b');
  CHECK(read_small_file(scratch.file("big", big), 600000) == big);
}

TEST_CASE("file: what can't be synced or written is a failure") {
  const Scratch scratch;
  const Path path = scratch.file("a", "");
  const Fd none;
  CHECK(failure_of([&] { sync_file(none, path); }).exit() == Exit::machine);
  CHECK(failure_of([&] { sync_folder(path); }).fault().id == "machine.not-a-folder");
  CHECK(failure_of([&] { sync_folder(scratch / "none"); }).fault().id == "machine.missing");
  CHECK(failure_of([&] { write_all(open_to_read(path), path, "x"); }).fault().object == path.string());
}

TEST_CASE("file: the full device is a failure that asks for space") {
  const Fd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK(failure_of([&] { write_all(full, "/dev/full", "x"); }).fault().id == "machine.no-space");
}

TEST_CASE("file: the digest is that of all its bytes") {
  const Scratch scratch;
  CHECK(digest_file(scratch.file("a", "abc")) == sha256("abc"));
  CHECK(digest_file(scratch.file("empty", "")) == sha256(""));
  const std::string big(262144 * 2 + 1, 'z');
  CHECK(digest_file(scratch.file("big", big)) == sha256(big));
}

TEST_CASE("file: removing takes the entry away, and says when there is none") {
  const Scratch scratch;
  const Path path = scratch.file("a", "abc");
  remove_durably(path);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(failure_of([&] { remove_durably(path); }).fault().id == "machine.missing");
}

}  // namespace
}  // namespace quittance
