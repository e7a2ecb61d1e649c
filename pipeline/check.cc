// check: is the installation fit for the night? Each line is ok, or says what is wrong and how to mend it.
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/fault.h"
#include "ledger/summary.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

constexpr std::uint64_t kLeastFreeBytes = 1'000'000'000;

class Doctor {
 public:
  explicit Doctor(Report& report) : report_(report) {}

  void well(const std::string& what) {
    report_.line("ok       " + what);
    note("ok", what, "", "");
  }
  void warn(const std::string& what, const std::string& problem, const std::string& mend) {
    add(Severity::warning, what, problem, mend);
  }
  void wrong(const std::string& what, const std::string& problem, const std::string& mend) {
    add(Severity::trouble, what, problem, mend);
  }

  // Runs one test; a Failure in it is its result. True if it went well.
  template <class Test>
  bool test(const std::string& what, const Test& run) {
    try {
      run();
      return true;
    } catch (const Failure& failure) {
      wrong(what, failure.fault().object + ": " + failure.fault().problem, failure.fault().mend);
      return false;
    }
  }

 private:
  void add(Severity severity, const std::string& what, const std::string& problem, const std::string& mend) {
    report_.line(
        fmt::format("{:<8} {}: {}", severity == Severity::warning ? "warning" : "fault", what, problem));
    report_.fault({"check." + what.substr(0, what.find(' ')), severity, what, 0, "", problem, mend});
    note(severity == Severity::warning ? "warning" : "fault", what, problem, mend);
  }
  void note(const char* verdict, const std::string& what, const std::string& problem,
            const std::string& mend) {
    report_.json()["checks"].push_back(
        {{"what", what}, {"verdict", verdict}, {"problem", problem}, {"mend", mend}});
  }
  Report& report_;
};

void check_private(Doctor& doctor, const Path& path) {
  struct stat what{};
  if (::stat(path.c_str(), &what) != 0)
    return doctor.wrong("permissions " + path.string(), "it is missing", "restore it from the backup");
  if ((what.st_mode & 077U) != 0) {
    return doctor.warn("permissions " + path.string(),
                       fmt::format("others may use it (mode {:o})", what.st_mode & 0777U),
                       "chmod go= " + path.string());
  }
  doctor.well("permissions of " + path.string());
}

void check_folder(Doctor& doctor, const std::string& what, const Path& folder) {
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) == 0) return doctor.well(what + ": " + folder.string());
  doctor.wrong(what + " " + folder.string(), "the folder is missing or can't be written",
               "make it, mount it, or give it to the user that runs this");
}

void check_space(Doctor& doctor, const Path& state) {
  const auto free = free_bytes(state);
  if (free < kLeastFreeBytes)
    return doctor.warn("space " + state.string(), fmt::format("{} MB are free", free / 1'000'000),
                       "free some: a night needs about three times the size of its drops");
  doctor.well(fmt::format("space: {} MB free in {}", free / 1'000'000, state.string()));
}

void check_ledger(Doctor& doctor, Context& context) {
  auto& ledger = context.ledger(Access::read);
  doctor.well("key and ledger, schema version " + std::to_string(kSchemaVersion));
  const auto summary = summarise(ledger);
  if (summary.open_findings > 0)
    doctor.warn("findings", fmt::format("{} are open", summary.open_findings),
                "`quittance status -v` lists them");
  std::int64_t newest = 0;
  ledger.journal().each(ledger.journal().head().seq, [&](const JournalEntry& entry) { newest = entry.at; });
  if (now() + 60 < newest)
    return doctor.wrong("clock",
                        "it is " + to_text(now()) + ", the journal's newest entry is of " + to_text(newest),
                        "set the clock");
  doctor.well("clock: " + to_text(now()));
}

void check(Context& context) {
  Doctor doctor(context.report());
  context.report().json()["checks"] = nlohmann::json::array();
  if (!doctor.test("configuration", [&] { static_cast<void>(context.configuration()); })) return;
  const auto& configuration = context.configuration();
  doctor.well("configuration: " + configuration.file.string());
  check_private(doctor, context.state());
  if (configuration.key_command.empty()) check_private(doctor, configuration.key_file);
  doctor.test("ledger", [&] { check_ledger(doctor, context); });
  doctor.test("space", [&] { check_space(doctor, context.state()); });
  for (const auto& drop : configuration.drops) check_folder(doctor, "drop " + drop.name, drop.folder);
  for (const auto& channel : configuration.channels) {
    if (!channel.acknowledge.empty()) check_folder(doctor, "answers of " + channel.name, channel.acknowledge);
    const auto faults = channel.channel->check();
    for (const auto& fault : faults)
      doctor.wrong("channel " + channel.name + " " + fault.object, fault.problem, fault.mend);
    if (faults.empty()) doctor.well("channel " + channel.name + ": " + channel.channel->describe());
  }
}

}  // namespace

CommandEntry check_command() {
  return {{"check",
           "",
           0,
           0,
           "test the installation",
           "Configuration, key, ledger, permissions, folders, free space, clock, and each channel (nothing "
           "is sent). Each line is ok, a "
           "warning or a fault; what is wrong comes with its mending. Code 6 if there is a fault.",
           {},
           "quittance check"},
          check,
          false};
}

}  // namespace quittance
