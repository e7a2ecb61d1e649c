// run: the night, under one lock. Yesterday's answers come first.
#include <fmt/format.h>

#include "base/fault.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

struct Stage {
  const char* name;
  void (*run)(Context& context);
};

constexpr Stage kNight[] = {
    {"acknowledge", acknowledge},
    {"collect", collect},
    {"verify", verify},
    {"build", build},
    {"send", send},
    {"acknowledge-again", acknowledge},
};

// A stage that fails stops itself, not the stages behind it: each works on what is there.
void run(Context& context) {
  auto& night = context.report();
  static_cast<void>(context.ledger(Access::write));  // a wrong key is said once, not by every stage
  for (const auto& stage : kNight) {
    Report report(stage.name);
    context.redirect(report);
    try {
      stage.run(context);
    } catch (const Failure& failure) {
      report.fail(failure);
    } catch (const std::filesystem::filesystem_error& error) {
      report.fail(system_failure("look at", error.path1().string(), error.code().value()));
    }
    context.redirect(night);
    night.adopt(stage.name, std::move(report));
  }
}

}  // namespace

CommandEntry run_command() {
  return {{"run",
           "",
           0,
           0,
           "the night: acknowledge, collect, verify, build, send, acknowledge",
           "All stages in order under one lock, as cron runs them every night. Says nothing when there was "
           "nothing to do. A second run "
           "at the same time ends with code 5.",
           {},
           "quittance run"},
          run};
}

}  // namespace quittance
