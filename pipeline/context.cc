#include "pipeline/context.h"

#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

constexpr const char* kDefaultState = "/var/lib/quittance";

Path normal(const Path& path) {
  auto whole = std::filesystem::absolute(path).lexically_normal();
  return whole.filename().empty() ? whole.parent_path() : whole;
}

Path state_of(const Invocation& invocation) {
  if (invocation.has("state")) return normal(invocation.value("state"));
  if (invocation.has("config")) return normal(Path(invocation.value("config"))).parent_path();
  return kDefaultState;
}

}  // namespace

Context::Context(const Invocation& invocation, Report& report)
    : invocation_(invocation),
      report_(&report),
      state_(state_of(invocation)),
      configuration_file_(invocation.has("config") ? normal(invocation.value("config"))
                                                   : state_ / "quittance.conf") {}

const Configuration& Context::configuration() {
  if (!configuration_) {
    if (!is_there(configuration_file_)) {
      throw machine_failure("settings.missing", configuration_file_.string(), "there is no configuration",
                            "make a state folder with `quittance --state DIR init --oem ID`, or name one "
                            "with --state or --config");
    }
    configuration_ = read_configuration(configuration_file_, state_);
  }
  return *configuration_;
}

Ledger& Context::ledger(Access access) {
  if (!ledger_) ledger_ = std::make_unique<Ledger>(state_, read_key(configuration()), access);
  return *ledger_;
}

std::string reason_of(const Invocation& invocation) {
  const auto reason = std::string(trimmed(invocation.value("reason")));
  if (reason.empty())
    throw usage_failure("--reason is missing",
                        "say why, in a few words: --reason 'line 3 typed the wrong model'");
  if (has_control(reason) || !is_valid_utf8(reason))
    throw usage_failure("--reason holds a control character", "use plain text");
  return reason;
}

Suid suid_of(const std::string& text) {
  if (const auto suid = Suid::parse(text)) return *suid;
  throw usage_failure("'" + escaped(text) + "' is no SUID", "a SUID has 32 hex digits");
}

}  // namespace quittance
