// Child processes, with the tools that every machine has.
#include "base/child.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdint>

#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

TEST_CASE("child: lines go there and back") {
  Child child({"/bin/cat"});
  std::string line;
  for (const std::string text : {"one", "", "three"}) {
    REQUIRE(child.write(text + "\n"));
    REQUIRE(child.read_line(line));
    CHECK(line == text);
  }
  REQUIRE(child.write("without end"));
  child.close_input();
  REQUIRE(child.read_line(line));
  CHECK(line == "without end");
  CHECK_FALSE(child.read_line(line));
  CHECK(child.wait() == 0);
  CHECK(child.wait() == 0);
  CHECK_FALSE(child.write("x"));
}

TEST_CASE("child: long lines and many lines come whole") {
  Child child(shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; seq 1 20000"));
  std::string line;
  REQUIRE(child.read_line(line));
  CHECK(line == std::string(1000000, 'x'));
  for (int i = 1; i <= 20000; ++i) {
    if (!child.read_line(line) || line != std::to_string(i)) FAIL("line " << i << " is " << line);
  }
  CHECK_FALSE(child.read_line(line));
  CHECK(child.wait() == 0);
}

TEST_CASE("child: writing to one that reads no more is told, not a signal") {
  Child child(shell("exec <&-; echo closed; read x < /dev/null; exit 7"));
  std::string line;
  REQUIRE(child.read_line(line));
  CHECK_FALSE(child.write("x\n"));
  sigset_t pending;
  REQUIRE(sigpending(&pending) == 0);
  CHECK(sigismember(&pending, SIGPIPE) == 0);
  CHECK(child.wait() == 7);
}

TEST_CASE("child: exit codes and signals") {
  CHECK(Child(shell("exit 3")).wait() == 3);
  CHECK(Child(shell("kill -9 $$")).wait() == 128 + SIGKILL);
  CHECK(run_child(shell("exit 42"), 10).exit_code == 42);
}

TEST_CASE("child: output that nobody reads doesn't hold anybody") {
  Child waited(shell("seq 1 100000"));
  CHECK(waited.wait() == 0);
  { Child dropped(shell("seq 1 100000000")); }
  SUCCEED("the child was ended by its closed output");
}

TEST_CASE("child: it has no descriptor of ours and no shell looks at its words") {
  const Scratch scratch;
  const Path file = scratch.file("a", "x");
  const int inherited = open(file.c_str(), O_RDONLY);  // without O_CLOEXEC
  REQUIRE(inherited > 2);
  const std::string listing = run_child(shell("ls /proc/$$/fd"), 1000).output;
  close(inherited);
  CHECK(listing == "0\n1\n2\n");
  CHECK(run_child({"/bin/echo", "$HOME; *", "`id`"}, 1000).output == "$HOME; * `id`\n");
}

TEST_CASE("child: signals are as a fresh program expects them") {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  REQUIRE(pthread_sigmask(SIG_BLOCK, &all, &before) == 0);
  const auto old = signal(SIGPIPE, SIG_IGN);
  const std::string status =
      run_child({"/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"}, 1000).output;
  REQUIRE(signal(SIGPIPE, old) == SIG_IGN);
  REQUIRE(pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
  CHECK_THAT(status, Catch::StartsWith("SigBlk:\t0000000000000000\nSigIgn:\t"));
  // 32 and 33 belong to the C library, which has them ignored in every child.
  const std::uint64_t ignored = std::stoull(status.substr(status.rfind('\t')), nullptr, 16);
  CHECK((ignored & ~0x180000000U) == 0);
}

TEST_CASE("child: run to its end with empty input and the environment as it is") {
  CHECK(run_child({"/bin/cat"}, 10).output.empty());
  REQUIRE(setenv("BASE_CHILD_TEST", "seen", 1) == 0);
  CHECK(run_child(shell("printf %s \"$BASE_CHILD_TEST\""), 10).output == "seen");
  unsetenv("BASE_CHILD_TEST");
}

TEST_CASE("child: output up to the limit is fine, more is a failure even without an end") {
  CHECK(run_child(shell("printf 12345"), 5).output == "12345");
  CHECK(failure_of([] { (void)run_child(shell("printf 123456"), 5); }).fault().id == "machine.child");
  CHECK(failure_of([] { (void)run_child({"/bin/cat", "/dev/zero"}, 100000); }).fault().object == "/bin/cat");
}

TEST_CASE("child: a program that isn't there or has no absolute path is a failure") {
  const Failure missing = failure_of([] { Child child({"/no/such/program"}); });
  CHECK(missing.fault().id == "machine.missing");
  CHECK(missing.fault().object == "/no/such/program");
  CHECK(failure_of([] { Child child({"cat"}); }).exit() == Exit::program);
  CHECK(failure_of([] { (void)run_child({}, 1); }).exit() == Exit::program);
}

}  // namespace
}  // namespace quittance
