// show: the whole story of one transmission or one device.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "ledger/story.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

void tell(Report& report, nlohmann::json& json, const std::vector<StoryLine>& story) {
  json["story"] = nlohmann::json::array();
  for (const auto& line : story) {
    json["story"].push_back({{"seq", line.seq},
                             {"at", to_text(line.at)},
                             {"who", line.who},
                             {"what", line.what},
                             {"words", line.words}});
    report.line(fmt::format("  {}  {}  ({}, {})", to_text(line.at), line.words, line.what, line.who));
  }
}

std::string awaited(const ReceiptRow& row) {
  if (row.spoken() == "sent") return "the vendor's answer is awaited";
  if (row.state == ReceiptState::rejected) return "an operator: amend or rerun";
  if (row.state == ReceiptState::held)
    return row.reason == "conflict" ? "an operator: resolve" : "an operator: rerun, amend or settle";
  if (row.spoken() == "collected") return "the next build";
  if (row.spoken() == "assigned") return "the next send";
  return "nothing";
}

void show_device(Context& context, const Suid& suid, const std::vector<ReceiptRow>& rows) {
  auto& report = context.report();
  report.json() = {{"suid", suid.text()}, {"receipts", nlohmann::json::array()}};
  for (const auto& row : rows) {
    nlohmann::json one = {{"sha256", to_hex(row.digest)}, {"state", row.spoken()},
                          {"generation", row.generation}, {"flag", row.flag},
                          {"channel", row.channel},       {"reason", row.reason},
                          {"retries", row.retries},       {"tid", row.tid},
                          {"awaited", awaited(row)}};
    if (row.code) one["code"] = *row.code;
    report.line(fmt::format("Device {}, generation {}, receipt {}: {}{}{}. Awaited: {}.", suid.text(),
                            row.generation, to_hex(row.digest), row.spoken(),
                            row.code ? fmt::format(", code {}", *row.code) : "",
                            row.reason.empty() ? "" : " (" + row.reason + ")", awaited(row)));
    tell(report, one, story_of(context.ledger(Access::read), row));
    report.json()["receipts"].push_back(one);
  }
}

void show_transmission(Context& context, const Transmission& t) {
  auto& report = context.report();
  auto& ledger = context.ledger(Access::read);
  const auto counts = count_outcomes(ledger, t.no);
  const auto state = t.overdue() ? std::string("overdue") : std::string(name(t.state));
  report.json() = {{"tid", t.tid},          {"channel", t.channel}, {"state", state},
                   {"receipts", t.members}, {"bytes", t.bytes},     {"sha256", to_hex(t.digest)},
                   {"attempts", t.attempts}};
  std::string outcomes;
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    report.json()["outcomes"][std::string(kOutcomeNames.at(i))] = counts.of[i];
    outcomes += fmt::format("{}{} {}", i == 0 ? "" : " + ", counts.of[i], kOutcomeNames.at(i));
  }
  report.line(fmt::format("Transmission {} on channel {}: {}.", t.tid, t.channel, state));
  report.line(fmt::format("{} = {}.", counted(t.members, "receipt"), outcomes));
  tell(report, report.json(), story_of(ledger, t));
  for (const auto& row : members_of(ledger, t.no)) {
    if (row.transmission == t.no && row.code && *row.code != 0)
      report.detail(fmt::format("  {} {} {}", row.suid.text(), *row.code, row.spoken()));
  }
}

void show(Context& context) {
  const auto& what = context.operands().front();
  auto& ledger = context.ledger(Access::read);
  if (const auto suid = Suid::parse(what)) {
    if (const auto rows = receipts_of(ledger, *suid); !rows.empty()) return show_device(context, *suid, rows);
    throw usage_failure("the ledger has no receipt of device " + suid->text(),
                        "`quittance quarantine list` shows the lines that were not taken in");
  }
  show_transmission(context, transmission_like(ledger, what));
}

}  // namespace

CommandEntry show_command() {
  return {{"show",
           "TID|SUID",
           1,
           1,
           "tell the whole story of one transmission or device",
           "Everything that the journal knows of it, in order, with who and when, and what is awaited. Any "
           "unambiguous part of a TID "
           "will do.",
           {},
           "quittance show 000042\nquittance show 00112233445566778899aabbccddeeff"},
          show,
          false};
}

}  // namespace quittance
