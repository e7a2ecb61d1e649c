// quittance-sim: the other side of the pipeline, a factory, its card, and a vendor that can do everything
// wrong. This file is the table of the parts; it turns a Failure into a message and an exit code.
#include <cstdio>
#include <exception>

#include "base/clock.h"
#include "base/fault.h"
#include "simulators/parts.h"
#include "version.h"

namespace quittance::simulators {
namespace {

std::vector<Part> parts() { return {factory_part(), vendor_part(), card_part(), card_tamper_part()}; }

Program program(const std::vector<Part>& parts) {
  Program program;
  program.name = "quittance-sim";
  program.summary =
      "the other side of the pipeline: a factory, its card, and a vendor that can do everything wrong";
  program.options = {
      {"json", "", "Print one JSON object in place of text."},
      {"quiet,q", "", "Print nothing but faults."},
      {"now", "TIME", "Hold the clock at this time, such as 2026-11-20T02:00:00Z."},
  };
  for (const auto& part : parts) program.commands.push_back(part.command);
  program.epilogue =
      "Exit codes: 0 done; 1 a fault of the program; 2 wrong usage; 3 something to look at; 5 another run "
      "holds the database; 6 the machine or a file is at fault.";
  return program;
}

void set_clock(const Invocation& invocation) {
  if (!invocation.has("now")) return;
  const auto time = parse_time(invocation.value("now"));
  if (!time)
    throw usage_failure("--now does not take \"" + invocation.value("now") + "\"",
                        "give 2026-11-20T02:00:00Z");
  hold_clock(*time);
}

std::string about(const Program& program, const Invocation& invocation) {
  if (invocation.version) return program.name + " " + std::string(kVersion);
  std::string text = invocation.command ? help_text(program, *invocation.command) : help_text(program);
  while (text.ends_with('\n')) text.pop_back();  // the report ends its lines itself
  return text;
}

int run(int argc, const char* const* argv) {
  const auto table = parts();
  const Program described = program(table);
  const Invocation invocation = parse_command_line(described, argc, argv);
  if (invocation.command == nullptr || invocation.help || invocation.version) {
    Report report("about");
    report.line(about(described, invocation));
    report.print(false, Volume::normal);
    return static_cast<int>(Exit::ok);
  }
  set_clock(invocation);
  for (const auto& part : table) {
    if (part.command.name != invocation.command->name) continue;
    const Report report = part.run(invocation);
    report.print(invocation.has("json"), invocation.has("quiet") ? Volume::quiet : Volume::normal);
    return static_cast<int>(report.exit());
  }
  throw program_failure(invocation.command->name, "this command has no part");
}

}  // namespace
}  // namespace quittance::simulators

int main(int argc, char** argv) {
  using quittance::Failure;
  const auto complain = [](const std::string& text) {
    static_cast<void>(std::fprintf(stderr, "quittance-sim: %s\n", text.c_str()));
  };
  try {
    return quittance::simulators::run(argc, argv);
  } catch (const Failure& failure) {
    complain(describe(failure.fault()));
    return static_cast<int>(failure.exit());
  } catch (const std::exception& error) {
    complain(error.what());
    return static_cast<int>(quittance::Exit::program);
  }
}
