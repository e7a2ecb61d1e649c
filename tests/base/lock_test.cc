// The lock of a run. Two openings of one file exclude each other within a process as well.
#include "base/lock.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <limits>
#include <memory>

#include "base/clock.h"
#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

TEST_CASE("lock: the second is told who holds it since when") {
  const Scratch scratch;
  hold_clock(1795140000);
  const RunLock lock(scratch.path(), "quittance collect");
  hold_clock(std::numeric_limits<Seconds>::min());
  const Failure failure = failure_of([&] { RunLock(scratch.path(), "quittance send"); });
  CHECK(failure.exit() == Exit::locked);
  CHECK(failure.fault().object == (scratch / "lock").string());
  CHECK(failure.fault().problem == "another run holds the lock: process " + std::to_string(getpid()) +
                                       " (quittance collect) since 2026-11-20T02:00:00Z");
}

TEST_CASE("lock: it is free when its holder is gone, and the file stays") {
  const Scratch scratch;
  { const RunLock lock(scratch.path(), "a rather long first command"); }
  REQUIRE(std::filesystem::exists(scratch / "lock"));
  { const RunLock lock(scratch.path(), "b"); }
  const std::string content = Scratch::content(scratch / "lock");
  CHECK_THAT(content, Catch::Contains("command=b\n") && !Catch::Contains("first"));
  CHECK_THAT(content, Catch::StartsWith("pid=" + std::to_string(getpid()) + "\n"));
  struct stat status{};
  REQUIRE(stat((scratch / "lock").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("lock: a killed holder holds nothing") {
  const Scratch scratch;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const RunLock lock(scratch.path(), "child");
    _exit(0);  // without any cleaning up, like a kill
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK_NOTHROW(RunLock(scratch.path(), "parent"));
}

TEST_CASE("lock: a file without a word about its holder is enough") {
  const Scratch scratch;
  for (const char* content : {"", "nonsense\n", "pid=\n"}) {
    const Path path = scratch.file("lock", content);
    const Fd holder = open_to_read(path);
    REQUIRE(flock(holder.get(), LOCK_EX) == 0);
    const Failure failure = failure_of([&] { RunLock(scratch.path(), "x"); });
    CHECK(failure.fault().problem == "another run holds the lock");
    CHECK(Scratch::content(path) == content);
  }
}

TEST_CASE("lock: foreign text is escaped, a missing folder named, a link refused") {
  const Scratch scratch;
  const Path path = scratch.file("lock", "pid=1\x1b\ncommand=a\x07\n");
  const Fd holder = open_to_read(path);
  REQUIRE(flock(holder.get(), LOCK_EX) == 0);
  const Failure failure = failure_of([&] { RunLock(scratch.path(), "x"); });
  CHECK(failure.fault().problem == "another run holds the lock: process 1\\x1b (a\\x07)");
  CHECK(failure_of([&] { RunLock(scratch / "none", "x"); }).fault().id == "machine.missing");
  std::filesystem::create_directory(scratch / "other");
  std::filesystem::create_symlink(path, scratch / "other/lock");
  CHECK(failure_of([&] { RunLock(scratch / "other", "x"); }).fault().id == "machine.link");
}

}  // namespace
}  // namespace quittance
