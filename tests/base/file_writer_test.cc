// The file in the making: hidden until it is whole.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

TEST_CASE("file writer: nothing is seen under the name before the end") {
  const Scratch scratch;
  const Path path = scratch / "out.csv";
  FileWriter writer(path);
  writer.write("one\n");
  writer.write("two\n");
  CHECK_FALSE(std::filesystem::exists(path));
  const std::vector<std::string> names = list_folder(scratch.path());
  REQUIRE(names.size() == 1);
  CHECK_THAT(names[0], Catch::StartsWith(".out.csv.part-"));
  CHECK(writer.publish(false));
  CHECK(list_folder(scratch.path()) == std::vector<std::string>{"out.csv"});
  CHECK(Scratch::content(path) == "one\ntwo\n");
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
}

TEST_CASE("file writer: one that isn't published leaves nothing") {
  const Scratch scratch;
  {
    FileWriter writer(scratch / "a");
    writer.write(std::string(1000000, 'x'));
  }
  CHECK(list_folder(scratch.path()).empty());
}

TEST_CASE("file writer: a taken name is left as it is unless it may be replaced") {
  const Scratch scratch;
  const Path path = scratch.file("a", "old");
  {
    FileWriter writer(path);
    writer.write("new");
    CHECK_FALSE(writer.publish(false));
  }
  CHECK(Scratch::content(path) == "old");
  {
    FileWriter writer(path);
    writer.write("new");
    CHECK(writer.publish(true));
  }
  CHECK(Scratch::content(path) == "new");
  CHECK(list_folder(scratch.path()).size() == 1);
}

TEST_CASE("file writer: size and bytes are right for every way through the buffer") {
  const Scratch scratch;
  const Path path = scratch / "a";
  std::string expected;
  FileWriter writer(path);
  for (const std::size_t size : {1U, 262143U, 1U, 262144U, 0U, 262145U, 700000U, 5U}) {
    const std::string part(size, static_cast<char>('a' + size % 26));
    writer.write(part);
    expected += part;
    CHECK(writer.size() == expected.size());
  }
  CHECK(writer.publish(false));
  CHECK(Scratch::content(path) == expected);
}

TEST_CASE("file writer: a patch goes over written bytes and not beyond") {
  const Scratch scratch;
  const Path path = scratch / "a";
  FileWriter writer(path);
  writer.write("0000 records\n");
  writer.patch(0, "0042");
  writer.write("tail");
  writer.patch(13, "TAIL");
  CHECK(writer.size() == 17);
  CHECK(failure_of([&] { writer.patch(14, "TAIL"); }).exit() == Exit::program);
  CHECK(failure_of([&] { writer.patch(18, ""); }).exit() == Exit::program);
  CHECK(writer.publish(false));
  CHECK(Scratch::content(path) == "0042 records\nTAIL");
}

TEST_CASE("file writer: nothing can be written after the end") {
  const Scratch scratch;
  FileWriter writer(scratch / "a");
  CHECK(writer.publish(false));
  CHECK(failure_of([&] { (void)writer.publish(false); }).exit() == Exit::program);
  CHECK(failure_of([&] { writer.write(std::string(300000, 'x')); }).exit() == Exit::program);
}

TEST_CASE("file writer: two at once and names of full length don't get in each other's way") {
  const Scratch scratch;
  const Path path = scratch / std::string(255, 'n');
  FileWriter first(path);
  FileWriter second(path);
  first.write("first");
  second.write("second");
  CHECK(first.publish(false));
  CHECK_FALSE(second.publish(false));
  CHECK(Scratch::content(path) == "first");
}

TEST_CASE("file writer: a missing folder is named") {
  const Scratch scratch;
  CHECK(failure_of([&] { FileWriter writer(scratch / "no/a"); }).fault().id == "machine.missing");
}

// A file system of 64 KiB, for as long as the test lasts.
class TinyDisk {
 public:
  explicit TinyDisk(const Path& at) : at_(at) {
    std::filesystem::create_directory(at_);
    mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=65536") == 0;
  }
  ~TinyDisk() {
    if (mounted_) umount(at_.c_str());
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  Path at_;
  bool mounted_ = false;
};

TEST_CASE("file writer: on a full disk nothing is published, even if somebody tries on") {
  const Scratch scratch;
  const Path folder = scratch / "disk";
  const TinyDisk disk(folder);
  if (!disk.mounted()) {
    WARN("SKIPPED: mounting a tiny disk needs the rights of root");
    SUCCEED();
    return;
  }
  {
    FileWriter writer(folder / "a");
    const Failure failure = failure_of([&] {
      for (int i = 0; i < 10; ++i) writer.write(std::string(100000, 'x'));
    });
    CHECK(failure.fault().id == "machine.no-space");
    CHECK_THAT(failure.fault().mend, Catch::Contains(folder.string()));
    CHECK(failure_of([&] { (void)writer.publish(false); }).exit() == Exit::program);
  }
  CHECK(list_folder(folder).empty());
}

}  // namespace
}  // namespace quittance
