// rerun, amend, resolve, settle: how an operator closes what will not fit by itself.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "ledger/corrections.h"
#include "pipeline/commands.h"
#include "records/result_code.h"

namespace quittance {
namespace {

const Option kReason{"reason", "TEXT", "why; kept in the journal"};
const Option kDryRun{"dry-run", "", "only list what would be done"};

nlohmann::json describe(const ReceiptRow& row) {
  nlohmann::json out = {{"suid", row.suid.text()},
                        {"sha256", to_hex(row.digest)},
                        {"state", row.spoken()},
                        {"generation", row.generation}};
  if (!row.tid.empty()) out["tid"] = row.tid;
  if (row.code) out["code"] = *row.code;
  return out;
}

// ---- rerun -----------------------------------------------------------------------------------------

struct Wanted {
  std::string object;
  std::vector<ReceiptRow> candidates;
  std::int64_t transmission = 0;
};

Wanted wanted_receipts(Context& context, Access access) {
  auto& ledger = context.ledger(access);
  const auto& invocation = context.invocation();
  const int ways =
      (invocation.has("tid") ? 1 : 0) + (invocation.has("suid") ? 1 : 0) + (invocation.has("code") ? 1 : 0);
  if (ways != 1)
    throw usage_failure("rerun wants one of --tid, --suid and --code",
                        "for example: rerun --suid 00112233445566778899aabbccddeeff");
  if (invocation.has("tid")) {
    const auto transmission = transmission_like(ledger, invocation.value("tid"));
    return {transmission.tid, members_of(ledger, transmission.no), transmission.no};
  }
  if (invocation.has("suid")) {
    const auto suid = suid_of(invocation.value("suid"));
    auto rows = receipts_of(ledger, suid);
    if (rows.empty())
      throw usage_failure("the ledger has no receipt of device " + suid.text(), "check the SUID");
    return {suid.text(), {rows.back()}, 0};
  }
  const auto code = parse_integer<int>(invocation.value("code"));
  if (!code || find_result_code(*code) == nullptr)
    throw usage_failure("--code wants a code of the table, 101 to 115", "for example: rerun --code 103");
  return {"code " + std::to_string(*code), failed_with_code(ledger, *code), 0};
}

void run_rerun(Context& context) {
  const bool dry = context.invocation().has("dry-run");
  const auto wanted = wanted_receipts(context, Access::write);
  const auto choice = choose_for_rerun(wanted.candidates);
  if (choice.supersedes && wanted.transmission == 0) {
    throw usage_failure("the whole transmission " + choice.take.front().tid + " was refused",
                        "rerun it whole: rerun --tid " + choice.take.front().tid);
  }
  auto& report = context.report();
  report.json() = {{"object", wanted.object}, {"dry_run", dry}, {"receipts", nlohmann::json::array()}};
  for (const auto& row : choice.take) {
    report.json()["receipts"].push_back(describe(row));
    const auto text = fmt::format("  {} {}{}", row.suid.text(), row.spoken(),
                                  row.code ? fmt::format(" with code {}", *row.code) : "");
    if (dry)
      report.line(text);
    else
      report.detail(text);
  }
  if (choice.take.empty() && wanted.candidates.size() == 1) {
    throw usage_failure("device " + wanted.candidates.front().suid.text() +
                            " can't be run again: " + choice.refused.front().second,
                        "rerun takes what was rejected or is held");
  }
  std::int64_t count = static_cast<std::int64_t>(choice.take.size());
  if (!dry && count > 0) {
    count = rerun(context.ledger(Access::write), wanted.object, choice.take,
                  choice.supersedes ? wanted.transmission : 0, context.invocation().value("reason", "rerun"));
  }
  report.json()["count"] = count;
  report.line(count == 0 ? "Nothing to run again."
                         : fmt::format("{} {} into the queue under a new TID.", counted(count, "receipt"),
                                       dry ? "would go back" : "went back"));
}

// ---- amend -----------------------------------------------------------------------------------------

Amendment parse_amendment(Context& context, const std::string& text, const ReceiptRow& row) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    throw usage_failure("'" + escaped(text) + "' is no FIELD=VALUE", "for example: model=X100");
  Amendment amendment{lower(text.substr(0, equals)), text.substr(equals + 1)};
  if (amendment.field == "refurbished") amendment.field = "flag";
  const auto& configuration = context.configuration();
  if (amendment.field == "channel") {
    static_cast<void>(configuration.channel(amendment.value));
    return amendment;
  }
  const auto& channel = configuration.channel(row.channel);
  std::vector<std::string> known;
  for (const auto& name : channel.layout.names()) {
    if (name != "suid" && name != "receipt" && name != "oem") known.push_back(name);
  }
  if (std::find(known.begin(), known.end(), amendment.field) == known.end()) {
    const auto near = nearest(amendment.field, known);
    throw usage_failure(
        "'" + escaped(amendment.field) + "' can't be amended",
        near ? "did you mean " + *near + "?" : "the fields are those of the channel's `fields`, and channel");
  }
  const LineRules rules{channel.layout, channel.mandatory, channel.layout.separator(), channel.oem,
                        configuration.field_bytes};
  if (const auto wrong = wrong_value(amendment.field, amendment.value, rules)) {
    throw usage_failure(
        fmt::format("{}: {} (the vendor would answer {})", amendment.field, wrong->problem, wrong->code),
        wrong->mend);
  }
  return amendment;
}

void run_amend(Context& context) {
  const auto reason = reason_of(context.invocation());
  const auto suid = suid_of(context.operands().front());
  auto& ledger = context.ledger(Access::write);
  const auto row = amendable(ledger, suid);
  std::vector<Amendment> amendments;
  auto& report = context.report();
  report.json() = {{"suid", suid.text()}, {"amended", nlohmann::json::array()}};
  for (std::size_t i = 1; i < context.operands().size(); ++i) {
    amendments.push_back(parse_amendment(context, context.operands()[i], row));
    const auto& one = amendments.back();
    const auto was = current_value(ledger, row, one.field);
    report.json()["amended"].push_back({{"field", one.field}, {"was", was}, {"value", one.value}});
    report.line(fmt::format("{}: {} was '{}', is now '{}'.", suid.text(), one.field, escaped(was),
                            escaped(one.value)));
  }
  const bool again = context.invocation().has("rerun");
  amend(ledger, row, amendments, reason, again);
  report.json()["rerun"] = again;
  if (again && row.state != ReceiptState::collected) report.line("It goes out again under a new TID.");
  if (row.state == ReceiptState::collected) report.line("It still waits and goes out with the next build.");
}

// ---- resolve and settle ----------------------------------------------------------------------------

void run_resolve(Context& context) {
  const auto reason = reason_of(context.invocation());
  const auto keep = context.invocation().value("keep");
  if (keep.size() < 4)
    throw usage_failure("--keep wants the first digits of a receipt's SHA-256, four at least",
                        "`quittance show SUID` lists them");
  const auto kept = resolve(context.ledger(Access::write), suid_of(context.operands().front()), keep, reason);
  context.report().json() = {{"kept", describe(kept)}};
  context.report().line(fmt::format("Device {}: receipt {} goes out, the others are settled.",
                                    kept.suid.text(), to_hex(kept.digest).substr(0, 16)));
}

void run_settle(Context& context) {
  const auto reason = reason_of(context.invocation());
  const auto as = context.invocation().value("as");
  if (as != "accepted" && as != "written-off")
    throw usage_failure("--as wants accepted or written-off",
                        "accepted: by other means; written-off: it never will be");
  const auto settled = settle(context.ledger(Access::write), suid_of(context.operands().front()), as, reason);
  context.report().json() = {{"settled", nlohmann::json::array()}, {"as", as}};
  for (const auto& row : settled) context.report().json()["settled"].push_back(describe(row));
  context.report().line(fmt::format("Device {}: {} settled as {}.", settled.front().suid.text(),
                                    counted(std::ssize(settled), "receipt"), as));
}

}  // namespace

CommandEntry rerun_command() {
  return {{"rerun",
           "",
           0,
           0,
           "put rejected or held receipts back into the queue",
           "Takes the rejected and held receipts of one transmission, of one device, or with one code, and "
           "lets the next build put "
           "them under a new TID. A transmission that was refused as a whole goes back whole. Receipts on "
           "their way are left alone: "
           "for these there is resend.",
           {{"tid", "TID", "those of this transmission; any unambiguous part of the TID"},
            {"suid", "SUID", "the newest receipt of this device"},
            {"code", "N", "all whose last code is N"},
            kDryRun,
            kReason},
           "quittance rerun --code 103 --dry-run\n    lists what would go out again"},
          run_rerun};
}

CommandEntry amend_command() {
  return {{"amend",
           "SUID FIELD=VALUE...",
           2,
           20,
           "correct a field of a receipt",
           "Corrects what goes with a receipt that waits, was rejected or is held: refurbished (0 or 1), "
           "imei, model, operator, "
           "sip-soc, a custom item of the channel, or channel. What the plant delivered is kept beside it.",
           {kReason, {"rerun", "", "put the receipt back into the queue as well"}},
           "quittance amend 00112233445566778899aabbccddeeff refurbished=1 --reason 'came back from repair' "
           "--rerun"},
          run_amend};
}

CommandEntry resolve_command() {
  return {{"resolve",
           "SUID",
           1,
           1,
           "decide between receipts in conflict",
           "Two different receipts of one device arrived before either was sent, and both are held. The one "
           "whose SHA-256 begins "
           "with the given digits goes out, the others are settled.",
           {{"keep", "SHA256", "first digits of the SHA-256 of the receipt that is in the device"}, kReason},
           "quittance resolve 00112233445566778899aabbccddeeff --keep 9f31c04b --reason 'second binding, "
           "says the station log'"},
          run_resolve};
}

CommandEntry settle_command() {
  return {{"settle",
           "SUID",
           1,
           1,
           "close what will never fit",
           "Closes the open receipts of a device: accepted (the vendor has it by other means) or "
           "written-off. They stay in the "
           "counts, as settled.",
           {{"as", "HOW", "accepted or written-off"}, kReason},
           "quittance settle 00112233445566778899aabbccddeeff --as written-off --reason 'board scrapped'"},
          run_settle};
}

}  // namespace quittance
