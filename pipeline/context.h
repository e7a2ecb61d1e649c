// What a command is given: the invocation, the report, and, when first asked for, the configuration
// and the ledger.
#pragma once

#include <optional>
#include <string>

#include "base/options.h"
#include "base/report.h"
#include "ledger/ledger.h"
#include "pipeline/configuration.h"

namespace quittance {

class Context {
 public:
  Context(const Invocation& invocation, Report& report);

  [[nodiscard]] const Invocation& invocation() const { return invocation_; }
  [[nodiscard]] const std::vector<std::string>& operands() const { return invocation_.operands; }
  [[nodiscard]] Report& report() { return *report_; }
  // For the duration of a stage of `run`, so that each stage has a report of its own.
  void redirect(Report& report) { report_ = &report; }

  [[nodiscard]] const Path& state() const { return state_; }  // absolute
  [[nodiscard]] const Path& configuration_file() const { return configuration_file_; }
  [[nodiscard]] const Configuration& configuration();
  [[nodiscard]] Ledger& ledger(Access access);

  // The folders of the state.
  [[nodiscard]] Path archive(const std::string& kind) const { return state_ / "archive" / kind; }
  [[nodiscard]] Path quarantine() const { return state_ / "quarantine"; }
  [[nodiscard]] Path receipt_log(const std::string& tid) const {
    return archive("receipt-logs") / (tid + ".txt");
  }

 private:
  const Invocation& invocation_;
  Report* report_;
  Path state_;
  Path configuration_file_;
  std::optional<Configuration> configuration_;
  std::unique_ptr<Ledger> ledger_;
};

// The ledger's key by the configuration: a systemd credential, the key file, or a command's output.
// Throws Failure(machine) when the file can be read by others, or holds no key.
[[nodiscard]] Secret read_key(const Configuration& configuration);
[[nodiscard]] Secret read_key_file(const Path& file);

// An operator's reason, which every act that overrides something must have.
[[nodiscard]] std::string reason_of(const Invocation& invocation);
// A SUID given by hand; throws Failure(usage).
[[nodiscard]] Suid suid_of(const std::string& text);

}  // namespace quittance
