// The command line: where options may stand, and what is refused with which hint.
#include "base/options.h"

#include <catch2/catch.hpp>

#include "tests/base/failing.h"
#include "tests/base/options_program.h"

namespace quittance {
namespace {

using Words = std::vector<std::string>;

// The usage failure of a command line, problem and mend in one text.
std::string refusal(std::initializer_list<const char*> words) {
  const Failure failure = failure_of([&] { (void)parse(words); });
  CHECK(failure.exit() == Exit::usage);
  CHECK_FALSE(failure.fault().mend.empty());
  return failure.fault().problem + " | " + failure.fault().mend;
}

TEST_CASE("options: command, operands, options in every spelling") {
  const Invocation found = parse({"collect", "--channel", "x", "a", "--state=/s", "b", "-qf"});
  REQUIRE(found.command != nullptr);
  CHECK(found.command->name == "collect");
  CHECK(found.operands == Words{"a", "b"});
  CHECK(found.value("channel") == "x");
  CHECK(found.value("state") == "/s");
  CHECK(found.value("quiet") == "yes");
  CHECK(found.has("force"));
  CHECK_FALSE(found.has("config"));
  CHECK(found.value("config", "default") == "default");
  CHECK_FALSE(found.help);
}

TEST_CASE("options: common ones may stand before the command and between its words") {
  const Invocation before = parse({"--state", "collect", "-qc", "journal", "collect", "a"});
  CHECK(before.command->name == "collect");
  CHECK(before.value("state") == "collect");
  CHECK(before.value("config") == "journal");
  CHECK(before.has("quiet"));
  CHECK(before.operands == Words{"a"});
  const Invocation between = parse({"journal", "--state=/s", "-q", "verify", "-c", "x", "file"});
  CHECK(between.command->name == "journal verify");
  CHECK(between.operands == Words{"file"});
  CHECK(between.value("config") == "x");
}

TEST_CASE("options: two words win over one, and one is enough where it is a command") {
  CHECK(parse({"journal"}).command->name == "journal");
  CHECK(parse({"journal", "-q"}).command->name == "journal");
  CHECK(parse({"journal", "verify", "f"}).command->name == "journal verify");
  CHECK(parse({"quarantine", "list"}).command->name == "quarantine list");
}

TEST_CASE("options: behind a double dash everything is an operand") {
  CHECK(parse({"collect", "--", "--channel", "-q", "--"}).operands == Words{"--channel", "-q", "--"});
  CHECK(parse({"collect", "a", "--", "b"}).operands == Words{"a", "b"});
  CHECK(parse({"--", "collect", "-x"}).operands == Words{"-x"});
  CHECK_THAT(refusal({"collect", "-5"}), Catch::Contains("there is no option -5"));
}

TEST_CASE("options: help and version are known everywhere and need nothing else") {
  CHECK(parse({"--help"}).help);
  CHECK(parse({"-h"}).command == nullptr);
  CHECK(parse({"--version"}).version);
  const Invocation help = parse({"journal", "verify", "--help"});
  CHECK(help.help);
  CHECK(help.command->name == "journal verify");
  CHECK(help.values.empty());
}

TEST_CASE("options: shortened names are refused, with the whole name as a hint") {
  CHECK(refusal({"collect", "--chan", "x"}) == "there is no option --chan | did you mean --channel?");
  CHECK(refusal({"collect", "--stat=x"}) == "there is no option --stat | did you mean --state?");
  CHECK(refusal({"--quit", "collect"}) == "there is no option --quit | did you mean --quiet?");
  CHECK_THAT(refusal({"collect", "--zzzzzz"}), Catch::Contains("see 'tool collect --help'"));
  CHECK_THAT(refusal({"collect", "-z"}), Catch::Contains("there is no option -z"));
}

TEST_CASE("options: one of another command is refused with that command") {
  CHECK(refusal({"collect", "--since", "x"}) ==
        "'collect' has no option --since | --since is an option of 'journal verify' and stands behind it");
  CHECK(refusal({"journal", "-f"}) ==
        "'journal' has no option -f | -f is an option of 'collect' and stands behind it");
  CHECK(refusal({"--channel", "x", "collect"}) ==
        "the option --channel stands before the command | --channel is an option of 'collect' and stands "
        "behind it");
}

TEST_CASE("options: an unknown command names the nearest") {
  CHECK(refusal({"colect"}) == "there is no command 'colect' | did you mean 'collect'?");
  CHECK(refusal({"-q", "colect", "a"}) == "there is no command 'colect' | did you mean 'collect'?");
  CHECK(refusal({"quarantine"}) ==
        "there is no command 'quarantine' | the commands are: quarantine list, quarantine release");
  CHECK_THAT(refusal({"quarantine", "lits"}),
             Catch::StartsWith("there is no command 'quarantine lits' | did you mean 'quarantine list'?"));
  CHECK_THAT(refusal({"xyzzyxyzzy"}), Catch::Contains("see 'tool --help'"));
  CHECK_THAT(refusal({"\x1b[31m"}), Catch::Contains("'\\x1b[31m'"));
  CHECK_THAT(refusal({}), Catch::StartsWith("no command is given"));
  CHECK_THAT(refusal({"-q"}), Catch::StartsWith("no command is given"));
}

TEST_CASE("options: too few and too many operands show the usage") {
  CHECK(
      refusal({"journal", "verify"}) ==
      "'journal verify' wants at least 1 operand(s), 0 given | usage: tool journal verify [OPTION...] FILE");
  CHECK(
      refusal({"journal", "verify", "a", "b"}) ==
      "'journal verify' wants at most 1 operand(s), the first too many is \"b\" | usage: tool journal verify "
      "[OPTION...] FILE");
}

TEST_CASE("options: values that are missing, superfluous or given twice") {
  CHECK_THAT(refusal({"collect", "--channel"}), Catch::Contains("--channel") && Catch::Contains("missing"));
  CHECK_THAT(refusal({"collect", "--channel="}), Catch::Contains("--channel"));
  CHECK_THAT(refusal({"collect", "--channel", "--quiet"}), Catch::Contains("--channel has no value"));
  CHECK_THAT(refusal({"-c", "-q", "collect"}), Catch::Contains("--config' is missing"));
  CHECK(parse({"collect", "--channel=--quiet"}).value("channel") == "--quiet");
  CHECK(parse({"collect", "--channel", "-"}).value("channel") == "-");
  CHECK_THAT(refusal({"collect", "--quiet=yes"}), Catch::Contains("--quiet"));
  CHECK_THAT(refusal({"collect", "--state", "a", "--state", "b"}), Catch::Contains("--state is given twice"));
  CHECK_THAT(refusal({"-q", "collect", "--quiet"}), Catch::Contains("--quiet is given twice"));
}

TEST_CASE("options: a program whose only command has no name needs no command word") {
  const Program single{
      "sim", "Plays.", {}, {{"", "FILE", 1, 1, "Plays a file.", "", {{"port", "N", "P."}}, ""}}, "", ""};
  const Invocation found = parse({"--port", "5", "file"}, single);
  REQUIRE(found.command != nullptr);
  CHECK(found.value("port") == "5");
  CHECK(found.operands == Words{"file"});
  CHECK_THAT(help_text(single), Catch::StartsWith("Usage: sim [OPTION...] FILE\n"));
}

}  // namespace
}  // namespace quittance
