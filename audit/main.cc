// quittance-audit: a table of commands. It is linked with SQLite and never with SQLCipher, and is the
// only program of the project that opens a database of somebody else.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "audit/commands.h"
#include "audit/old_command_line.h"
#include "base/clock.h"
#include "base/fault.h"
#include "version.h"

namespace quittance::audit {
namespace {

Program program_of(const std::vector<AuditCommand>& commands) {
  Program program;
  program.name = "quittance-audit";
  program.summary = "verifies the production records of trust provisioning cards";
  program.options = {{"json", "", "one JSON object on standard output instead of lines for people"},
                     {"quiet,q", "", "only faults"},
                     {"verbose,v", "", "more detail"},
                     {"now", "TIME", "act as if it were this time, 2026-11-20T02:00:00Z"}};
  for (const AuditCommand& one : commands) program.commands.push_back(one.command);
  program.epilogue =
      "Exit codes: 0 all well; 1 a fault of the program; 2 wrong usage; 3 people must look at something; 6 "
      "the "
      "machine or a setting is at fault.";
  return program;
}

void set_clock(const Invocation& invocation) {
  if (!invocation.has("now")) return;
  const auto at = parse_time(invocation.value("now"));
  if (!at) throw usage_failure("--now wants a time", "for example: --now 2026-11-20T02:00:00Z");
  hold_clock(*at);
}

bool contains(const std::vector<std::string>& words, const std::string& wanted) {
  for (const std::string& word : words) {
    if (word == wanted) return true;
  }
  return false;
}

// What is asked for instead of work: the version, or help, as the old program gave it without arguments.
std::string about(const Program& program, const Invocation& invocation) {
  if (invocation.version) return fmt::format("{} {}\n", program.name, kVersion);
  return invocation.command != nullptr ? help_text(program, *invocation.command) : help_text(program);
}

void run_command(const std::vector<AuditCommand>& commands, const Invocation& invocation, Report& report) {
  set_clock(invocation);
  for (const AuditCommand& one : commands) {
    if (one.command.name == invocation.command->name) return one.run(invocation, report);
  }
  throw program_failure(invocation.command->name, "the command is not in the table");
}

int run(std::vector<std::string> words) {
  const auto commands = std::vector<AuditCommand>{verify_command(), owner_command()};
  const Program program = program_of(commands);
  Report report("quittance-audit");
  const bool json = contains(words, "--json");
  Volume volume = Volume::normal;
  try {
    if (words.size() == 1 || (words.size() == 2 && words[1] == "verify")) words.emplace_back("--help");
    std::vector<const char*> argv;
    argv.reserve(words.size());
    for (const std::string& word : words) argv.push_back(word.c_str());
    const Invocation invocation = parse_command_line(program, static_cast<int>(argv.size()), argv.data());
    if (invocation.help || invocation.version)
      return std::fputs(about(program, invocation).c_str(), stdout) < 0 ? 1 : 0;
    if (invocation.has("quiet")) volume = Volume::quiet;
    if (invocation.has("verbose")) volume = Volume::verbose;
    report = Report(invocation.command->name);
    run_command(commands, invocation, report);
  } catch (const Failure& failure) {
    report.fail(failure);
  } catch (const std::filesystem::filesystem_error& error) {
    report.fail(system_failure("look at", error.path1().string(), error.code().value()));
  } catch (const std::exception& error) {
    report.fail(program_failure("quittance-audit", error.what()));
  }
  report.print(json, volume);
  return static_cast<int>(report.exit());
}

int run_and_tell(int argc, char** argv) {
  try {
    return run(translated({argv, argv + argc}));
  } catch (const Failure& failure) {
    static_cast<void>(std::fputs((describe(failure.fault()) + "\n").c_str(), stderr));
    return static_cast<int>(failure.exit());
  }
}

}  // namespace
}  // namespace quittance::audit

int main(int argc, char** argv) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  return quittance::audit::run_and_tell(argc, argv);
}
