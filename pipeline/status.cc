// status: the counts.
#include <fmt/format.h>

#include "base/text.h"
#include "ledger/summary.h"
#include "ledger/transmissions.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

constexpr std::int64_t kShownFindings = 20;

std::string joined(const std::map<std::string, std::int64_t>& counts, const std::vector<std::string>& order) {
  std::string out;
  for (const auto& key : order) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts.at(key), key);
  return out;
}

void print_counts(Report& report, const Summary& s) {
  std::int64_t receipts = 0;
  for (const auto& [state, n] : s.receipts) receipts += n;
  report.line(fmt::format(
      "receipts       {} = {}", receipts,
      joined(s.receipts, {"collected", "assigned", "sent", "accepted", "rejected", "held", "settled"})));
  report.line(
      fmt::format("lines read     {} = {} receipts + {} repeats + {} in quarantine + {} discarded + {} blank",
                  s.lines, receipts, s.repeats, s.quarantined_lines, s.discarded_lines, s.blank));
  report.line(
      fmt::format("transmissions  {}", joined(s.transmissions, {"built", "unknown", "sent", "overdue",
                                                                "acknowledged", "refused", "superseded"})));
  std::string codes;
  for (const auto& [code, n] : s.codes) codes += fmt::format("{}{}: {}", codes.empty() ? "" : ", ", code, n);
  report.line("answers        " + (codes.empty() ? std::string("none") : codes));
  report.line(fmt::format("quarantine     {}, {}", counted(s.quarantined_lines, "line"),
                          counted(s.quarantined_files, "file")));
  report.line(fmt::format("open findings  {}", s.open_findings));
}

void print_details(Context& context, Ledger& ledger) {
  auto& report = context.report();
  const std::vector<TransmissionState> all = {TransmissionState::reserved,  TransmissionState::built,
                                              TransmissionState::unknown,   TransmissionState::sent,
                                              TransmissionState::refused,   TransmissionState::acknowledged,
                                              TransmissionState::superseded};
  for (const auto& t : transmissions_in(ledger, all, "")) {
    report.detail(fmt::format("  {} {}, {}", t.tid, counted(t.members, "receipt"),
                              t.overdue() ? "overdue" : name(t.state)));
  }
  for (const auto& finding : open_findings(ledger, kShownFindings)) {
    report.detail(
        fmt::format("  {} {} {}: {}", to_text(finding.at), finding.kind, finding.object, finding.detail));
  }
}

void status(Context& context) {
  auto& ledger = context.ledger(Access::read);
  const auto s = summarise(ledger);
  auto& report = context.report();
  report.json() = {{"receipts", s.receipts},
                   {"quarantined", {{"files", s.quarantined_files}, {"lines", s.quarantined_lines}}},
                   {"discarded", {{"files", s.discarded_files}, {"lines", s.discarded_lines}}},
                   {"transmissions", s.transmissions},
                   {"lines", s.lines},
                   {"blank", s.blank},
                   {"repeats", s.repeats},
                   {"codes", s.codes},
                   {"open_findings", s.open_findings},
                   {"history", s.history}};
  print_counts(report, s);
  print_details(context, ledger);
}

}  // namespace

CommandEntry status_command() {
  return {{"status",
           "",
           0,
           0,
           "show the counts",
           "Receipts by state, lines by where they went, transmissions, the vendor's codes, the quarantine. "
           "With -v also each "
           "transmission and the open findings.",
           {},
           "quittance status -v"},
          status,
          false};
}

}  // namespace quittance
