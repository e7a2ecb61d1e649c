// Folders: made with their parents, listed in order, and what they are on.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

TEST_CASE("folder: made with its parents, for us only, and fine again") {
  const Scratch scratch;
  const Path folder = scratch / "a/b/c";
  make_folder(folder);
  make_folder(folder);
  make_folder(scratch / "a/d/");
  for (const char* name : {"a", "a/b", "a/b/c", "a/d"}) {
    struct stat status{};
    REQUIRE(stat((scratch / name).c_str(), &status) == 0);
    CHECK(S_ISDIR(status.st_mode));
    CHECK((status.st_mode & 0777U) == 0700);
  }
}

TEST_CASE("folder: a file in its place or on the way is a failure") {
  const Scratch scratch;
  const Path file = scratch.file("a", "");
  CHECK(failure_of([&] { make_folder(file); }).fault().id == "machine.not-a-folder");
  CHECK(failure_of([&] { make_folder(file / "b"); }).fault().id == "machine.not-a-folder");
}

TEST_CASE("folder: a link to a folder will do") {
  const Scratch scratch;
  make_folder(scratch / "real");
  std::filesystem::create_directory_symlink("real", scratch / "link");
  make_folder(scratch / "link");
  make_folder(scratch / "link/sub");
  CHECK(std::filesystem::is_directory(scratch / "real/sub"));
}

TEST_CASE("folder: names come sorted by bytes, hidden ones too") {
  const Scratch scratch;
  for (const char* name : {"b", "B", "a", ".hidden", "\xc3\xa4", "10", "9"}) (void)scratch.file(name, "");
  CHECK(list_folder(scratch.path()) ==
        std::vector<std::string>{".hidden", "10", "9", "B", "a", "b", "\xc3\xa4"});
  CHECK(failure_of([&] { (void)list_folder(scratch / "none"); }).fault().id == "machine.missing");
  CHECK(failure_of([&] { (void)list_folder(scratch / "a"); }).fault().id == "machine.not-a-folder");
}

TEST_CASE("folder: free space and kind of the file system") {
  const Scratch scratch;
  // Others use the disk meanwhile.
  const auto available = std::filesystem::space(scratch.path()).available;
  CHECK(free_bytes(scratch.path()) > available / 2);
  CHECK(free_bytes(scratch.path()) / 2 < available);
  CHECK(failure_of([&] { (void)free_bytes(scratch / "none"); }).fault().id == "machine.missing");
  CHECK_FALSE(network_file_system("/proc"));
  CHECK(network_file_system(scratch / "not/yet/made") == network_file_system(scratch.path()));
}

}  // namespace
}  // namespace quittance
