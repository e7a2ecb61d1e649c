// Moving and copying: never over another file, and again after a stop in between.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "base/file_rename.h"
#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

TEST_CASE("move: within a file system, without replacing") {
  const Scratch scratch;
  const Path from = scratch.file("a", "new");
  std::filesystem::create_directory(scratch / "sub");
  CHECK(move_durably(from, scratch / "sub/b"));
  CHECK_FALSE(std::filesystem::exists(from));
  CHECK(Scratch::content(scratch / "sub/b") == "new");
  const Path other = scratch.file("c", "other");
  CHECK_FALSE(move_durably(other, scratch / "sub/b"));
  CHECK_FALSE(move_anywhere(other, scratch / "sub/b"));
  CHECK(Scratch::content(other) == "other");
  CHECK(Scratch::content(scratch / "sub/b") == "new");
}

TEST_CASE("move: whole folders, and what is missing") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "work");
  (void)scratch.file("work/a", "x");
  CHECK(move_durably(scratch / "work", scratch / "done"));
  CHECK(Scratch::content(scratch / "done/a") == "x");
  CHECK(failure_of([&] { (void)move_durably(scratch / "none", scratch / "b"); }).fault().id ==
        "machine.missing");
  CHECK(failure_of([&] { (void)move_durably(scratch / "done", scratch / "no/b"); }).fault().id ==
        "machine.missing");
}

TEST_CASE("move: a dangling link takes the name too") {
  const Scratch scratch;
  const Path from = scratch.file("a", "x");
  std::filesystem::create_symlink("nowhere", scratch / "link");
  CHECK_FALSE(move_durably(from, scratch / "link"));
  CHECK_FALSE(write_durably(scratch / "link", "x"));
  CHECK_FALSE(copy_durably(from, scratch / "link").published);
}

TEST_CASE("move: the way by a hard link doesn't replace either") {
  const Scratch scratch;
  const Path from = scratch.file("a", "x");
  const Path taken = scratch.file("b", "y");
  CHECK(rename_new_by_link(from, taken) == EEXIST);
  CHECK(Scratch::content(taken) == "y");
  CHECK(rename_new_by_link(from, scratch / "c") == 0);
  CHECK_FALSE(std::filesystem::exists(from));
  CHECK(Scratch::content(scratch / "c") == "x");
  CHECK(rename_new_by_link(from, scratch / "d") == ENOENT);
  CHECK(rename_new_by_link(scratch / "c", scratch / "c") == EEXIST);
  CHECK(Scratch::content(scratch / "c") == "x");
  std::filesystem::create_directory(scratch / "folder");
  CHECK(rename_new_by_link(scratch / "folder", taken) == EEXIST);
  CHECK(rename_new_by_link(scratch / "folder", scratch / "moved") == 0);
  CHECK(std::filesystem::is_directory(scratch / "moved"));
}

TEST_CASE("copy: bytes, length and digest are those of the source") {
  const Scratch scratch;
  for (const std::size_t size : {0U, 1U, 1048575U, 1048576U, 1048577U, 3000000U}) {
    const std::string text(size, 'q');
    const Path to = scratch / ("to" + std::to_string(size));
    const Copied copied = copy_durably(scratch.file("from", text), to);
    CHECK(copied.published);
    CHECK(copied.bytes == size);
    CHECK(copied.digest == sha256(text));
    CHECK(Scratch::content(to) == text);
  }
}

TEST_CASE("copy: done again it is fine, over other bytes it isn't") {
  const Scratch scratch;
  const std::string text(1500000, 'q');
  const Path from = scratch.file("from", text);
  const Path to = scratch / "to";
  CHECK(copy_durably(from, to).published);
  const Copied again = copy_durably(from, to);
  CHECK(again.published);
  CHECK(again.bytes == text.size());
  CHECK(again.digest == sha256(text));
  for (const std::string& other : {text + "x", text.substr(1), std::string(), text.substr(1) + "x"}) {
    (void)scratch.file("to", other);
    const Copied refused = copy_durably(from, to);
    CHECK_FALSE(refused.published);
    CHECK(refused.digest == sha256(text));
    CHECK(refused.bytes == text.size());
    CHECK(Scratch::content(to) == other);
  }
  CHECK(list_folder(scratch.path()) == std::vector<std::string>{"from", "to"});
}

TEST_CASE("copy: a folder or a pipe under the name is not the same, a folder is no source") {
  const Scratch scratch;
  const Path from = scratch.file("from", "x");
  std::filesystem::create_directory(scratch / "folder");
  REQUIRE(mkfifo((scratch / "pipe").c_str(), 0600) == 0);
  CHECK_FALSE(copy_durably(from, scratch / "folder").published);
  CHECK_FALSE(copy_durably(from, scratch / "pipe").published);
  CHECK_FALSE(write_durably(scratch / "pipe", ""));
  CHECK(failure_of([&] { (void)copy_durably(scratch / "folder", scratch / "to"); }).fault().id ==
        "machine.not-a-file");
}

TEST_CASE("write: published once, fine again, refused with other bytes") {
  const Scratch scratch;
  const Path to = scratch / "mark";
  CHECK(write_durably(to, "one"));
  CHECK(write_durably(to, "one"));
  for (const char* other : {"two", "on", "one ", ""}) CHECK_FALSE(write_durably(to, other));
  CHECK(Scratch::content(to) == "one");
  CHECK(write_durably(scratch / "empty", ""));
  CHECK(write_durably(scratch / "empty", ""));
}

// Two folders on different file systems; false where the machine has only one.
bool differ(const Path& a, const Path& b) {
  struct stat first{};
  struct stat second{};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 && first.st_dev != second.st_dev;
}

TEST_CASE("move: across file systems, also resumed after the copy") {
  const Scratch here;
  if (!differ(here.path(), "/dev/shm") || access("/dev/shm", W_OK) != 0) {
    WARN("SKIPPED: there is no second file system at /dev/shm");
    SUCCEED();
    return;
  }
  const Scratch there("/dev/shm");
  const std::string text(2000000, 'm');
  CHECK(failure_of([&] { (void)move_durably(here.file("a", text), there / "a"); }).fault().id ==
        "machine.file-systems");
  CHECK(move_anywhere(here / "a", there / "a"));
  CHECK_FALSE(std::filesystem::exists(here / "a"));
  CHECK(Scratch::content(there / "a") == text);
  CHECK(move_anywhere(here.file("a", text), there / "a"));
  CHECK_FALSE(std::filesystem::exists(here / "a"));
  CHECK_FALSE(move_anywhere(here.file("a", "other"), there / "a"));
  CHECK(Scratch::content(here / "a") == "other");
  CHECK(Scratch::content(there / "a") == text);
  std::filesystem::create_symlink("a", here / "link");
  CHECK(failure_of([&] { (void)move_anywhere(here / "link", there / "b"); }).fault().id ==
        "machine.not-a-file");
}

}  // namespace
}  // namespace quittance
