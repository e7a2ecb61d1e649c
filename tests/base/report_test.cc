// What a report prints, for people and for programs, and the exit code it comes to.
#include "base/report.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <iostream>

#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

// Leads a standard stream into a file as long as it lives.
class Redirected {
 public:
  Redirected(std::FILE* stream, const std::filesystem::path& file) : stream_(stream) {
    std::cout.flush();
    std::fflush(stream_);
    saved_ = dup(fileno(stream_));
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, fileno(stream_));
    close(fd);
  }
  ~Redirected() {
    std::fflush(stream_);
    dup2(saved_, fileno(stream_));
    close(saved_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  std::FILE* stream_;
  int saved_ = -1;
};

struct Printed {
  std::string out;
  std::string err;
};

Printed print(const Report& report, bool as_json, Volume volume) {
  const Scratch scratch;
  {
    const Redirected out(stdout, scratch / "out");
    const Redirected err(stderr, scratch / "err");
    report.print(as_json, volume);
  }
  return {Scratch::content(scratch / "out"), Scratch::content(scratch / "err")};
}

Fault some(Severity severity, const std::string& object = "a.csv") {
  return Fault{"test.some", severity, object, 3, "flag", "it is wrong", "mend it"};
}

Report full() {
  Report report("collect");
  report.line("2 files collected");
  report.detail("a.csv: 10 records");
  report.json()["files"] = 2;
  report.fault(some(Severity::warning));
  report.fault(some(Severity::finding));
  return report;
}

constexpr const char* kWarning =
    "warning: a.csv, line 3, field flag: it is wrong. To mend: mend it. [test.some]\n";
constexpr const char* kFinding =
    "finding: a.csv, line 3, field flag: it is wrong. To mend: mend it. [test.some]\n";

TEST_CASE("report: for people at every volume") {
  const Report report = full();
  const Printed normal = print(report, false, Volume::normal);
  CHECK(normal.out == "2 files collected\n");
  CHECK(normal.err == std::string(kWarning) + kFinding);
  const Printed quiet = print(report, false, Volume::quiet);
  CHECK(quiet.out.empty());
  CHECK(quiet.err == kFinding);
  const Printed verbose = print(report, false, Volume::verbose);
  CHECK(verbose.out == "2 files collected\na.csv: 10 records\n");
}

TEST_CASE("report: for programs it is one object and nothing else") {
  const Printed printed = print(full(), true, Volume::quiet);
  CHECK(printed.err.empty());
  CHECK(
      printed.out ==
      R"({"command":"collect","files":2,"faults":[{"id":"test.some","severity":"warning","object":"a.csv","line":3,)"
      R"("field":"flag","problem":"it is wrong","mend":"mend it"},{"id":"test.some","severity":"finding",)"
      R"("object":"a.csv","line":3,"field":"flag","problem":"it is wrong","mend":"mend it"}],"exit":3})"
      "\n");
  CHECK(nlohmann::json::parse(print(Report("x"), true, Volume::normal).out) ==
        nlohmann::json({{"command", "x"}, {"faults", nlohmann::json::array()}, {"exit", 0}}));
}

TEST_CASE("report: bytes that are no UTF-8 don't break the object, reserved keys stay ours") {
  Report report("x");
  report.fault(some(Severity::warning, "\xff.csv"));
  report.json()["exit"] = 99;
  report.json()["command"] = "y";
  const nlohmann::json object = nlohmann::json::parse(print(report, true, Volume::normal).out);
  CHECK(object["exit"] == 0);
  CHECK(object["command"] == "x");
  CHECK(object["faults"][0]["object"] == "\xef\xbf\xbd.csv");
}

TEST_CASE("report: severities raise the exit code, failures bring their own") {
  Report report("x");
  CHECK(report.exit() == Exit::ok);
  report.fault(some(Severity::warning));
  CHECK(report.exit() == Exit::ok);
  report.fail(usage_failure("p", "m"));
  CHECK(report.exit() == Exit::usage);
  CHECK(report.faults(Severity::trouble) == 1);
  report.raise(Exit::unreachable);
  CHECK(report.exit() == Exit::unreachable);
  report.fault(some(Severity::finding));
  CHECK(report.exit() == Exit::findings);
  report.fault(some(Severity::trouble));
  CHECK(report.exit() == Exit::machine);
  report.raise(Exit::ok);
  report.fail(program_failure("o", "p"));
  CHECK(report.exit() == Exit::program);
}

TEST_CASE("report: past a thousand of a severity they are counted") {
  Report report("x");
  for (int i = 0; i < 1000; ++i) report.fault(some(Severity::finding));
  CHECK_THAT(print(report, false, Volume::normal).err, !Catch::Contains("more"));
  for (int i = 0; i < 5; ++i) report.fault(some(Severity::finding));
  report.fault(some(Severity::warning));
  CHECK(report.faults(Severity::finding) == 1005);
  const Printed printed = print(report, false, Volume::normal);
  CHECK_THAT(printed.err, Catch::EndsWith("finding: and 5 more\n") && Catch::Contains(kWarning));
  CHECK(std::count(printed.err.begin(), printed.err.end(), '\n') == 1002);
  const nlohmann::json object = nlohmann::json::parse(print(report, true, Volume::normal).out);
  CHECK(object["faults"].size() == 1001);
  CHECK(object["more_faults"] == nlohmann::json({{"finding", 5}}));
}

TEST_CASE("report: another one is adopted with all it has") {
  Report whole("night");
  whole.line("first");
  for (int i = 0; i < 999; ++i) whole.fault(some(Severity::warning));
  Report part("collect");
  part.line("second");
  part.detail("detail");
  part.json()["files"] = 2;
  part.raise(Exit::unreachable);
  for (int i = 0; i < 1003; ++i) part.fault(some(Severity::warning, "b.csv"));
  whole.adopt("collect", part);
  CHECK(whole.exit() == Exit::unreachable);
  CHECK(whole.faults(Severity::warning) == 2002);
  CHECK(whole.json() == nlohmann::json({{"collect", {{"files", 2}}}}));
  const Printed printed = print(whole, false, Volume::verbose);
  CHECK(printed.out == "first\nsecond\ndetail\n");
  CHECK_THAT(printed.err, Catch::EndsWith("warning: and 1002 more\n"));
}

TEST_CASE("report: the exit code of an adopted failure isn't changed by its severity") {
  Report part("send");
  part.fail(Failure(Exit::unreachable, some(Severity::trouble)));
  Report whole("night");
  whole.adopt("send", part);
  CHECK(whole.exit() == Exit::unreachable);
}

TEST_CASE("report: output that can't be written is a failure, not a success") {
  Report report("x");
  report.line("line");
  const Failure failure = failure_of([&] {
    const Redirected out(stdout, "/dev/full");
    report.print(false, Volume::normal);
  });
  CHECK(failure.fault().id == "machine.no-space");
  CHECK(failure.fault().object == "standard output");
}

}  // namespace
}  // namespace quittance
