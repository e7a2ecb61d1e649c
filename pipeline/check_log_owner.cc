// check-log-owner: is this log of a card that we know, and of which.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "ledger/cards.h"
#include "pipeline/auditor.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

void run_check_owner(Context& context) {
  if (!context.invocation().has("audit-log")) throw usage_failure("no audit log is named", "give -l FILE");
  const Path log = context.invocation().value("audit-log");
  const auto owner = owner_of(log);
  auto& report = context.report();
  report.json() = {{"log", log.string()}, {"version", owner.version}, {"tp_device_id", owner.device}};
  if (owner.fault) return report.fault(*owner.fault);
  if (owner.device.empty()) {
    return report.fault({"audit.no-owner", Severity::finding, escaped(log.string()), 0, "properties",
                         "the log does not say of which card it is",
                         "only the keys can tell: verify it with each"});
  }
  const auto card = find_card(context.ledger(Access::read), owner.device);
  if (!card) {
    return report.fault({"audit.unknown-card", Severity::finding, escaped(log.string()), 0, "tp_device_id",
                         "it is of card " + escaped(owner.device) + ", which is not registered",
                         "see whose card it is; `quittance card list` lists ours"});
  }
  report.json()["card"] = card->name();
  report.line(
      fmt::format("It is of card {}, site {}, by its own word.", card->name(), card->setting("site")));
}

}  // namespace

CommandEntry check_log_owner_command() {
  return {{"check-log-owner",
           "",
           0,
           0,
           "tell of which registered card an audit log is",
           "Reads the id in the log. It is not signed: only verifying the log proves whose it is.",
           {{"audit-log,l", "FILE", "the audit log"}},
           "quittance check-log-owner -l tp_audit_log.db"},
          run_check_owner,
          false};
}

}  // namespace quittance
