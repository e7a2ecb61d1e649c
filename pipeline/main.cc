// quittance: a table of commands.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/fault.h"
#include "base/lock.h"
#include "base/log.h"
#include "pipeline/commands.h"
#include "version.h"

namespace quittance {
namespace {

std::vector<CommandEntry> all_commands() {
  return {init_command(),
          collect_command(),
          build_command(),
          send_command(),
          acknowledge_command(),
          run_command(),
          rerun_command(),
          resend_command(),
          amend_command(),
          resolve_command(),
          settle_command(),
          quarantine_list_command(),
          quarantine_show_command(),
          quarantine_release_command(),
          quarantine_discard_command(),
          import_history_command(),
          status_command(),
          show_command(),
          journal_verify_command(),
          journal_head_command(),
          journal_list_command(),
          fsck_command(),
          check_command(),
          card_add_command(),
          card_list_command(),
          card_show_command(),
          card_amend_command(),
          card_counters_command(),
          verify_command(),
          check_log_owner_command(),
          deliver_command()};
}

Program program_of(const std::vector<CommandEntry>& entries) {
  Program program;
  program.name = "quittance";
  program.summary =
      "settles what a factory made: receipts go out to the vendor, answers come home, every device is "
      "accounted for";
  program.options = {
      {"config", "FILE", "the configuration (default: quittance.conf in the state folder)"},
      {"state", "DIR", "the state folder (default: that of --config, else /var/lib/quittance)"},
      {"json", "", "one JSON object on standard output instead of lines for people"},
      {"quiet,q", "", "only faults"},
      {"verbose,v", "", "more detail"},
      {"now", "TIME", "act as if it were this time, 2026-11-20T02:00:00Z (to repeat a night)"}};
  for (const auto& entry : entries) program.commands.push_back(entry.command);
  program.environment = "QUITTANCE_";
  program.epilogue =
      "Exit codes: 0 all well; 1 a fault of the program; 2 wrong usage; 3 people must look at something; 4 "
      "the other side could not "
      "be reached; 5 another run holds the lock; 6 the machine or a setting is at fault.";
  return program;
}

// Nothing that this program writes is for others, and its memory holds a key.
void harden() {
  ::umask(077);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

void set_clock(const Invocation& invocation) {
  if (!invocation.has("now")) return;
  const auto at = parse_time(invocation.value("now"));
  if (!at) throw usage_failure("--now wants a time", "for example: --now 2026-11-20T02:00:00Z");
  hold_clock(*at);
}

const CommandEntry& entry_of(const std::vector<CommandEntry>& entries, const Command& command) {
  for (const auto& entry : entries) {
    if (entry.command.name == command.name) return entry;
  }
  throw program_failure(command.name, "the command is not in the table");
}

void run_command_line(const CommandEntry& entry, const Invocation& invocation, Report& report) {
  set_clock(invocation);
  Context context(invocation, report);
  if (!entry.writes) return entry.run(context);
  static_cast<void>(context.configuration());
  const RunLock lock(context.state(), "quittance " + entry.command.name);
  try {
    entry.run(context);
  } catch (const Failure& failure) {
    report.fail(failure);
  }
  const auto log = context.state() / "reports" / "quittance.log";
  if (append_to_log(log, entry.command.name, report)) return;
  report.fault({"log.unwritable", Severity::warning, log.string(), 0, "", "the log can't be written",
                "see that reports/ is there, and that its file system has space"});
}

Volume volume_of(const Invocation& invocation) {
  if (invocation.has("quiet")) return Volume::quiet;
  return invocation.has("verbose") ? Volume::verbose : Volume::normal;
}

bool wants_json(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--json") return true;
  }
  return false;
}

int run(int argc, char** argv) {
  const auto entries = all_commands();
  const auto program = program_of(entries);
  Report report("quittance");
  bool json = wants_json(argc, argv);
  Volume volume = Volume::normal;
  try {
    const auto invocation = parse_command_line(program, argc, argv);
    if (invocation.version) return std::printf("quittance %s\n", std::string(kVersion).c_str()) < 0 ? 1 : 0;
    if (invocation.help) {
      return std::fputs((invocation.command != nullptr ? help_text(program, *invocation.command)
                                                       : help_text(program))
                            .c_str(),
                        stdout) < 0
                 ? 1
                 : 0;
    }
    if (invocation.command == nullptr)
      throw usage_failure("no command is given", "`quittance --help` lists them");
    json = invocation.has("json");
    volume = volume_of(invocation);
    report = Report(invocation.command->name);
    run_command_line(entry_of(entries, *invocation.command), invocation, report);
  } catch (const Failure& failure) {
    report.fail(failure);
  } catch (const std::filesystem::filesystem_error& error) {
    report.fail(system_failure("look at", error.path1().string(), error.code().value()));
  } catch (const std::exception& error) {
    report.fail(program_failure("quittance", error.what()));
  }
  report.print(json, volume);
  return static_cast<int>(report.exit());
}

// What was done stands even if nobody can be told: a full disk behind standard output, say.
int run_and_tell(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Failure& failure) {
    static_cast<void>(std::fputs((describe(failure.fault()) + "\n").c_str(), stderr));
    return static_cast<int>(failure.exit());
  }
}

}  // namespace
}  // namespace quittance

int main(int argc, char** argv) {
  quittance::harden();
  return quittance::run_and_tell(argc, argv);
}
