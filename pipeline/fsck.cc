// fsck: the invariants as a command. Changes nothing.
#include <fmt/format.h>

#include <set>

#include "base/fault.h"
#include "exporters/receipt_log.h"
#include "ledger/fsck.h"
#include "ledger/verify.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

using OnFault = std::function<void(Fault)>;

Fault missing(const Path& path, const std::string& problem, const std::string& mend) {
  return {"fsck.file", Severity::finding, path.string(), 0, "", problem, mend};
}

// Files by the number that they were kept under.
std::map<std::int64_t, std::string> kept_files(const Path& folder) {
  std::map<std::int64_t, std::string> out;
  if (!is_there(folder)) return out;
  for (const auto& name : list_folder(folder)) {
    if (const auto id = kept_id(name); id && !name.ends_with(".reason")) out[*id] = name;
  }
  return out;
}

void check_incoming_files(Context& context, const OnFault& on_fault) {
  std::map<std::string, std::map<std::int64_t, std::string>> folders;
  for (const char* kind : {"receipts", "acknowledge", "audit"})
    folders[kind] = kept_files(context.archive(kind));
  const auto quarantine = kept_files(context.quarantine());
  each_kept_file(context.ledger(Access::read), [&](const KeptFile& file) {
    if (file.kind == "history" || file.released) return;
    const auto folder = file.quarantined ? context.quarantine() : context.archive(file.kind);
    const auto& kept = file.quarantined ? quarantine : folders[file.kind];
    const auto found = kept.find(file.id);
    if (found == kept.end()) {
      on_fault(missing(folder / kept_name(file.id, file.name), "the file is not where the ledger says",
                       "run the stage again if a crash came between, else restore it from the backup"));
    } else if (!file.quarantined && to_hex(digest_file(folder / found->second)) != file.sha256) {
      on_fault(missing(folder / found->second, "its SHA-256 is not the one that was taken in",
                       "restore it from the backup"));
    }
  });
}

void check_receipt_logs(Context& context, const OnFault& on_fault) {
  const std::vector<TransmissionState> built = {
      TransmissionState::built,   TransmissionState::unknown,      TransmissionState::sent,
      TransmissionState::refused, TransmissionState::acknowledged, TransmissionState::superseded};
  std::set<std::string> known;
  for (const auto& t : transmissions_in(context.ledger(Access::read), built, "")) {
    const auto path = context.receipt_log(t.tid);
    known.insert(path.filename().string());
    if (t.bytes == 0) continue;
    if (!is_there(path)) {
      on_fault(missing(path, "the receipt log is gone", "restore it from the backup"));
    } else if (const auto wrong = wrong_receipt_log(
                   path, t.tid, t.digest, context.configuration().channel(t.channel).channel->has_header())) {
      on_fault(missing(path, *wrong, "restore it from the backup"));
    }
  }
  for (const auto& t : transmissions_in(context.ledger(Access::read), {TransmissionState::reserved}, "")) {
    known.insert(context.receipt_log(t.tid).filename().string());
    on_fault({"fsck.reserved", Severity::warning, t.tid, 0, "",
              "it has members and no file: a crash came between", "run `quittance build`"});
  }
  if (!is_there(context.archive("receipt-logs"))) return;
  for (const auto& name : list_folder(context.archive("receipt-logs"))) {
    if (known.count(name) == 0)
      on_fault({"fsck.stranger", Severity::warning, (context.archive("receipt-logs") / name).string(), 0, "",
                "no transmission has this file", "a crash left it, or somebody put it there: remove it"});
  }
}

void check_claims(Context& context, const OnFault& on_fault) {
  const auto look = [&](const Path& folder, const Completeness& complete) {
    for (const auto& left : Inbox(folder, complete).leftovers()) {
      on_fault({"fsck.claimed", Severity::warning, left.path.string(), 0, "",
                "the file was claimed and not finished", "run the stage again: it goes on where it stopped"});
    }
  };
  for (const auto& drop : context.configuration().drops) look(drop.folder, drop.complete);
  for (const auto& channel : context.configuration().channels) {
    if (!channel.acknowledge.empty()) look(channel.acknowledge, channel.complete);
  }
}

void fsck(Context& context) {
  auto& report = context.report();
  const OnFault on_fault = [&](Fault fault) { report.fault(std::move(fault)); };
  auto& ledger = context.ledger(Access::read);
  const auto verified = verify_journal(ledger, std::nullopt, on_fault);
  check_content(ledger, on_fault);
  check_incoming_files(context, on_fault);
  check_receipt_logs(context, on_fault);
  check_claims(context, on_fault);
  const auto faults = report.faults(Severity::finding);
  report.json() = {{"entries", verified.entries},
                   {"receipts", verified.receipts},
                   {"broken", faults},
                   {"warnings", report.faults(Severity::warning)}};
  report.line(faults == 0 ? fmt::format("All is in order: {} entries, {} receipts, every file in its place.",
                                        verified.entries, verified.receipts)
                          : fmt::format("{} things are broken.", faults));
}

}  // namespace

CommandEntry fsck_command() {
  return {{"fsck",
           "",
           0,
           0,
           "check every promise that the ledger makes",
           "Replays the journal, checks each stored receipt against its SHA-256, the counts against the "
           "rows, and every archived file "
           "against what was taken in or built. Changes nothing.",
           {},
           "quittance fsck"},
          fsck,
          false};
}

}  // namespace quittance
