// The help texts, word for word: they are what people see first.
#include <catch2/catch.hpp>

#include "tests/base/options_program.h"

namespace quittance {
namespace {

TEST_CASE("help: of the program") {
  CHECK(help_text(test_program()) == R"(Usage: tool [OPTION...] COMMAND [OPERAND...]

Moves things.

Commands:
  collect             Take files in.
  journal             Show the journal.
  journal verify      Check the journal.
  quarantine list     List what is set aside.
  quarantine release  Let it go.

Common options:
      --state FOLDER  Where the state is kept.
  -q, --quiet         Say nothing but faults.
  -c, --config FILE   The settings.
      --dry-run       Change nothing.
  -h, --help          Show this help and end.
      --version       Show the version and end.

Exit codes:
  0  all well

'tool COMMAND --help' tells more about a command.
)");
}

TEST_CASE("help: of a command") {
  CHECK(help_text(test_program(), test_program().commands[0]) == R"(Usage: tool collect [OPTION...] [PATH...]

Take files in.

Takes files in.

Twice is fine.

Options:
      --channel NAME  Only this channel.
  -f, --force         Even so.

Common options:
      --state FOLDER  Where the state is kept.
  -q, --quiet         Say nothing but faults.
  -c, --config FILE   The settings.
      --dry-run       Change nothing.
  -h, --help          Show this help and end.
      --version       Show the version and end.

Example:
  tool collect a.csv
)");
}

TEST_CASE("help: no line is wider than 80 columns, indented lines stay as they are") {
  Command command = test_program().commands[0];
  std::string words;
  for (int i = 0; i < 60; ++i) words += std::string(static_cast<std::size_t>(1 + i % 9), 'w') + " ";
  const std::string table = "  kept    as it   is";
  command.description = words + "\n" + table + "\n" + words;
  command.options.push_back({"an-option-with-a-very-long-name", "AND-ITS-LONG-VALUE", words});
  command.options.push_back({"short", "", words});
  const std::string help = help_text(test_program(), command);
  std::size_t widest = 0;
  for (std::size_t at = 0; at < help.size();) {
    const std::size_t end = help.find('\n', at);
    widest = std::max(widest, end - at);
    at = end + 1;
  }
  CHECK(widest <= 80);
  CHECK(widest > 70);
  CHECK_THAT(help, Catch::Contains("\n" + table + "\n"));
  CHECK_THAT(help, !Catch::Contains(" \n"));
}

}  // namespace
}  // namespace quittance
