// Typed values out of a section.
#include <catch2/catch.hpp>

#include "base/settings.h"
#include "tests/base/failing.h"

namespace quittance {
namespace {

const Path kFile = "quittance.conf";

Settings channel(const std::string& lines) { return Settings::parse("\n[channel.folder]\n" + lines, kFile); }

TEST_CASE("section: values of every type, and what stands for missing ones") {
  const Settings settings = channel(
      "text = a b\nnumber = 10\nduration = 15m\nyes = yes\nno = no\nkind = soap\nlist = a, b\nnone =\n");
  SectionReader reader(settings.sections().at(0), kFile);
  CHECK(reader.text("text", "x") == "a b");
  CHECK(reader.required("text") == "a b");
  CHECK(reader.number("number", 1, 10, 10) == 10);
  CHECK(reader.duration("duration", 1) == 900);
  CHECK(reader.yes_no("yes", false));
  CHECK_FALSE(reader.yes_no("no", true));
  CHECK(reader.one_of("kind", "file", {"file", "soap"}) == "soap");
  CHECK(reader.list("list", {}) == std::vector<std::string>{"a", "b"});
  CHECK(reader.list("none", {"x"}).empty());
  CHECK(reader.text("missing", "x") == "x");
  CHECK(reader.number("missing", 5, 10, 20) == 5);
  CHECK(reader.duration("missing", -1) == -1);
  CHECK(reader.yes_no("missing", true));
  CHECK(reader.one_of("missing", "", {"file"}).empty());
  CHECK(reader.list("missing", {"x"}) == std::vector<std::string>{"x"});
  CHECK_NOTHROW(reader.finish());
}

// What one line of the section leads to when it is taken by `action`; the line is the file's third.
template <class Action>
Fault fault_of(const std::string& line, Action action) {
  const Settings settings = channel(line + "\n");
  SectionReader reader(settings.sections().at(0), kFile);
  const Failure failure = failure_of([&] { (void)action(reader); });
  CHECK(failure.exit() == Exit::machine);
  CHECK(failure.fault().object == "quittance.conf");
  CHECK(failure.fault().field == "key");
  CHECK(failure.fault().line == 3);
  return failure.fault();
}

TEST_CASE("section: wrong values name file, line, key and what is possible") {
  const auto number = [](SectionReader& reader) { return reader.number("key", 1, 5, 10); };
  for (const char* wrong :
       {"key = 4", "key = 11", "key = x", "key =", "key = -5", "key = 05", "key = 5.0", "key = 5 s"}) {
    CHECK_THAT(fault_of(wrong, number).mend, Catch::Contains("5 to 10"));
  }
  CHECK_THAT(fault_of("key = 5 days", [](SectionReader& r) { return r.duration("key", 1); }).mend,
             Catch::Contains("3d"));
  for (const char* wrong : {"key = true", "key = Yes", "key = 1", "key ="}) {
    CHECK_THAT(fault_of(wrong, [](SectionReader& r) { return r.yes_no("key", true); }).mend,
               Catch::Contains("yes or no"));
  }
  const auto kind = [](SectionReader& reader) { return reader.one_of("key", "", {"file", "soap"}); };
  CHECK_THAT(fault_of("key = ftp", kind).mend, Catch::Contains("file, soap"));
  CHECK_THAT(fault_of("key = a,,b", [](SectionReader& r) { return r.list("key", {}); }).mend,
             Catch::Contains("comma"));
  CHECK_THAT(fault_of("key =", [](SectionReader& r) { return r.required("key"); }).problem,
             Catch::Contains("no value"));
}

TEST_CASE("section: a missing key is told with the section and its line") {
  const Settings settings = channel("other = 1\n");
  SectionReader reader(settings.sections().at(0), kFile);
  const Fault fault = failure_of([&] { (void)reader.required("path"); }).fault();
  CHECK(fault.line == 2);
  CHECK_THAT(fault.problem, Catch::Contains("[channel.folder]"));
  CHECK_THAT(fault.mend, Catch::Contains("path = "));
}

TEST_CASE("section: an unknown key names the nearest, or all when none is near") {
  const Settings settings = channel("path = 1\npaht = 2\n");
  SectionReader reader(settings.sections().at(0), kFile);
  const Fault nothing = failure_of([&] { reader.finish(); }).fault();
  CHECK_THAT(nothing.mend, Catch::Contains("no key is known"));
  (void)reader.text("path", "");
  (void)reader.text("timeout", "");
  const Fault near = failure_of([&] { reader.finish(); }).fault();
  CHECK(near.line == 4);
  CHECK(near.field == "paht");
  CHECK_THAT(near.mend, Catch::Contains("did you mean path?"));

  const Settings strange = channel("zzzzzzzz = 1\n");
  SectionReader other(strange.sections().at(0), kFile);
  (void)other.text("path", "");
  (void)other.text("timeout", "");
  CHECK_THAT(failure_of([&] { other.finish(); }).fault().mend, Catch::Contains("path, timeout"));
}

}  // namespace
}  // namespace quittance
