// The INI file: what it may hold, and that everything else is named with its line.
#include "base/settings.h"

#include <catch2/catch.hpp>

#include "tests/base/failing.h"

namespace quittance {
namespace {

Settings parsed(const std::string& text) { return Settings::parse(text, "quittance.conf"); }

Fault fault_in(const std::string& text) {
  const Failure failure = failure_of([&] { (void)parsed(text); });
  CHECK(failure.exit() == Exit::machine);
  CHECK(failure.fault().object == "quittance.conf");
  return failure.fault();
}

TEST_CASE("settings: sections, names, values and lines") {
  const Settings settings = parsed(
      "# comment\n\nstate = /srv/state\n; another\n[limits]\n  a.b-c2 =  x = y # z ; "
      "\t\n[channel.Folder_1-b]\nempty =\n");
  REQUIRE(settings.sections().size() == 3);
  CHECK(settings.file() == "quittance.conf");
  const Section& first = settings.sections()[0];
  CHECK(first.kind.empty());
  CHECK(first.settings.at(0).key == "state");
  CHECK(first.settings.at(0).value == "/srv/state");
  CHECK(first.settings.at(0).line == 3);
  const Section& second = settings.sections()[1];
  CHECK(second.kind == "limits");
  CHECK(second.name.empty());
  CHECK(second.line == 5);
  CHECK(second.settings.at(0).key == "a.b-c2");
  CHECK(second.settings.at(0).value == "x = y # z ;");
  const Section& third = settings.sections()[2];
  CHECK(third.kind == "channel");
  CHECK(third.name == "Folder_1-b");
  CHECK(third.settings.at(0).value.empty());
}

TEST_CASE("settings: byte order mark, CRLF and a missing last newline are tolerated") {
  const Settings settings = parsed("\xef\xbb\xbf[a]\r\nkey = value\r\n\r\n# end\r\nother = 1");
  REQUIRE(settings.sections().size() == 1);
  CHECK(settings.sections()[0].settings.at(0).value == "value");
  CHECK(settings.sections()[0].settings.at(1).value == "1");
  CHECK(settings.sections()[0].settings.at(1).line == 5);
}

TEST_CASE("settings: an empty file has no sections") {
  CHECK(parsed("").sections().empty());
  CHECK(parsed("\n# only a comment\n").sections().empty());
}

TEST_CASE("settings: what is neither section nor setting is named with its line") {
  for (const char* wrong :
       {"word", "= value", "Key = x", "a b = x", "[", "[]", "[a", "a]", "[a.]", "[.a]", "[a.b.c]", "[a b]",
        "[A]", "[a.b c]", "[a] # comment", "[a.b] = 1", "[a.\xc3\xa4]"}) {
    CAPTURE(wrong);
    const Fault fault = fault_in("[ok]\nkey = 1\n" + std::string(wrong) + "\n");
    CHECK(fault.id == "settings.syntax");
    CHECK(fault.line == 3);
  }
  CHECK_THAT(describe(fault_in("x\x1b\n")),
             Catch::StartsWith("quittance.conf, line 1: ") && Catch::Contains("x\\x1b"));
}

TEST_CASE("settings: twice the same section or key names the first line") {
  const Fault key = fault_in("[a]\nkey = 1\n\nkey = 2\n");
  CHECK(key.id == "settings.twice");
  CHECK(key.line == 4);
  CHECK_THAT(key.problem, Catch::Contains("key") && Catch::Contains("line 2"));
  const Fault section = fault_in("[a.x]\n[a.y]\n[a]\n[a.x]\n");
  CHECK(section.id == "settings.twice");
  CHECK(section.line == 4);
  CHECK_THAT(section.problem, Catch::Contains("[a.x]") && Catch::Contains("line 1"));
}

TEST_CASE("settings: the same key in two sections is fine") {
  CHECK(parsed("key = 1\n[a]\nkey = 2\n[b]\nkey = 3\n").sections().size() == 3);
}

}  // namespace
}  // namespace quittance
