// Options out of the environment.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/base/failing.h"
#include "tests/base/options_program.h"

namespace quittance {
namespace {

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

std::string refusal() {
  const Failure failure = failure_of([] { (void)parse({"collect"}); });
  CHECK(failure.exit() == Exit::usage);
  return failure.fault().problem + " | " + failure.fault().mend;
}

TEST_CASE("environment: it gives common options, the command line wins") {
  const Variable state("TOOL_STATE", "/from/environment");
  const Variable dry("TOOL_DRY_RUN", "1");
  CHECK(parse({"collect"}).value("state") == "/from/environment");
  CHECK(parse({"collect"}).value("dry-run") == "yes");
  CHECK(parse({"collect", "--state", "/s"}).value("state") == "/s");
  CHECK(parse({"collect", "--dry-run"}).value("dry-run") == "yes");
}

TEST_CASE("environment: switches take yes, no, 1 and 0") {
  for (const char* on : {"yes", "1"}) {
    const Variable quiet("TOOL_QUIET", on);
    CHECK(parse({"collect"}).has("quiet"));
  }
  for (const char* off : {"no", "0"}) {
    const Variable quiet("TOOL_QUIET", off);
    CHECK_FALSE(parse({"collect"}).has("quiet"));
    CHECK(parse({"collect", "-q"}).has("quiet"));
  }
  for (const char* wrong : {"", "true", "YES"}) {
    const Variable quiet("TOOL_QUIET", wrong);
    CHECK_THAT(refusal(), Catch::Contains("TOOL_QUIET") && Catch::Contains("yes, no, 1 or 0"));
  }
}

TEST_CASE("environment: a variable that is spelled wrong is refused with the nearest") {
  {
    const Variable wrong("TOOL_STAET", "/s");
    CHECK(refusal() ==
          "the environment variable TOOL_STAET stands for no option | did you mean TOOL_STATE? Otherwise "
          "unset it");
    CHECK(parse({"--help"}).help);
  }
  {
    const Variable command_only("TOOL_CHANNEL", "x");
    CHECK_THAT(refusal(), Catch::Contains("TOOL_CHANNEL stands for no option"));
  }
  const Variable empty("TOOL_STATE", "");
  CHECK_THAT(refusal(), Catch::Contains("TOOL_STATE is empty") && Catch::Contains("FOLDER"));
}

TEST_CASE("environment: without a prefix it isn't read, and other variables don't matter") {
  const Variable other("TOOLSTATE", "x");
  CHECK(parse({"collect"}).values.empty());
  const Variable wrong("TOOL_STAET", "/s");
  Program program = test_program();
  program.environment.clear();
  CHECK(parse({"collect"}, program).values.empty());
}

}  // namespace
}  // namespace quittance
