// Faults as text, and what errno becomes.
#include "base/fault.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

namespace quittance {
namespace {

TEST_CASE("fault: the description has all parts on one line") {
  const Fault fault{"drop.flag", Severity::finding, "a.csv", 7, "flag", "found \"X\", expected Y or N",
                    "ask them"};
  CHECK(describe(fault) ==
        "a.csv, line 7, field flag: found \"X\", expected Y or N. To mend: ask them. [drop.flag]");
}

TEST_CASE("fault: parts that are missing leave no trace") {
  CHECK(describe(Fault{"x", Severity::warning, "a.csv", 0, "", "it is empty.", ""}) ==
        "a.csv: it is empty. [x]");
  CHECK(describe(Fault{"", Severity::warning, "", 0, "", "it is empty", ""}) == "it is empty.");
}

TEST_CASE("fault: control characters in a file name don't break the line") {
  const Fault fault{"x", Severity::finding, "a\n\x1b[31m.csv", 0, "", "p", ""};
  CHECK(describe(fault) == "a\\x0a\\x1b[31m.csv: p. [x]");
}

TEST_CASE("fault: severities have names") {
  CHECK(std::string(name(Severity::warning)) == "warning");
  CHECK(std::string(name(Severity::finding)) == "finding");
  CHECK(std::string(name(Severity::trouble)) == "trouble");
}

TEST_CASE("fault: the three kinds of failure carry their exit code") {
  CHECK(usage_failure("p", "m").exit() == Exit::usage);
  CHECK(machine_failure("machine.x", "o", "p", "m").exit() == Exit::machine);
  CHECK(program_failure("o", "p").exit() == Exit::program);
  CHECK(std::string(usage_failure("p", "m").what()) == "command line: p. To mend: m. [usage]");
}

TEST_CASE("fault: a full disk names the folder that needs space") {
  for (const int error : {ENOSPC, EDQUOT}) {
    const Failure failure = system_failure("write", "/srv/drop/a.csv", error);
    CHECK(failure.exit() == Exit::machine);
    CHECK(failure.fault().id == "machine.no-space");
    CHECK(failure.fault().object == "/srv/drop/a.csv");
    CHECK_THAT(failure.fault().mend, Catch::Contains("/srv/drop ") && Catch::Contains("space"));
  }
  CHECK(system_failure("write", "a", ENOSPC).fault().problem == "cannot write: No space left on device");
}

TEST_CASE("fault: every common errno has its id") {
  const std::pair<int, const char*> ids[] = {{EACCES, "machine.permission"},    {EPERM, "machine.permission"},
                                             {EROFS, "machine.read-only"},      {ENOENT, "machine.missing"},
                                             {EMFILE, "machine.descriptors"},   {EIO, "machine.io"},
                                             {ENOTDIR, "machine.not-a-folder"}, {EBADF, "machine.io"}};
  for (const auto& [error, id] : ids) {
    const Fault fault = system_failure("open", "/a/b", error).fault();
    CHECK(fault.id == id);
    CHECK_FALSE(fault.mend.empty());
    CHECK(fault.mend.find('{') == std::string::npos);
  }
  const std::string mend = system_failure("open", "/a/b", EACCES).fault().mend;
  CHECK_THAT(mend, Catch::Contains("/a/b") && Catch::Contains(std::to_string(geteuid())));
}

}  // namespace
}  // namespace quittance
