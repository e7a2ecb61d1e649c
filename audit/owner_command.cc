// quittance-audit owner: whose log it is, by its own word.
#include <fmt/format.h>

#include "audit/arguments.h"
#include "audit/commands.h"
#include "audit/scout.h"
#include "base/text.h"
#include "records/audit_finding.h"

namespace quittance::audit {
namespace {

void tell(const AuditFinding& finding, const std::string& log, Report& report) {
  const AuditKindEntry& entry = entry_of(finding.kind);
  report.fault({std::string(entry.name), rejects(finding.kind) ? Severity::finding : Severity::warning, log,
                0, finding.field, finding.problem, std::string(entry.mend)});
}

void run(const Invocation& invocation, Report& report) {
  const NamedEvidence named = evidence_of(invocation);
  report.line(fmt::format("Checking ownership of audit log: {}", escaped(named.name, 4096)));
  Scout scout(named.evidence, std::int64_t{1} << 62U);  // behind all rows: only the file and its properties
  const Properties properties = scout.properties();
  for (const AuditFinding& finding : scout.finish()) tell(finding, named.name, report);
  report.json()["log"] = named.name;
  report.json()["version"] = properties.version;
  report.json()["tp_device_id"] = properties.tp_device_id;
  if (report.exit() != Exit::ok) return;
  if (properties.version < 2) {
    return tell({AuditKind::wrong_card, 0, std::nullopt, "properties",
                 "Couldn't read audit log properties. Perhaps you're using an old audit log file."},
                named.name, report);
  }
  report.line("Audit Log ID: " + properties.tp_device_id);
  const auto card = text(invocation, "card");
  if (!card) return;
  if (*card == properties.tp_device_id)
    return report.line("TP Device ID and Audit Log ID are the same: " + properties.tp_device_id);
  tell({AuditKind::wrong_card, 0, std::nullopt, "tp_device_id",
        fmt::format("TP Device ID and Audit Log ID differ! TP Device ID: {}, Audit Log ID: {}",
                    escaped(*card), properties.tp_device_id)},
       named.name, report);
}

}  // namespace

AuditCommand owner_command() {
  Command command;
  command.name = "owner";
  command.summary = "tells the id of the card in a log, or holds it against one";
  command.description =
      "The id is not signed: whoever changes a log can change it. Only the signatures, under the key of a "
      "known "
      "card, prove whose log it is.";
  command.options = {
      log_option(), {"card", "ID", "the TP device id that the log should have"}, log_fd_option()};
  command.example = "  quittance-audit owner -l tp_audit_log.db --card 105276681024525924\n";
  return {command, run};
}

}  // namespace quittance::audit
