// collect: receipt drops into the ledger. Each line of each file ends in exactly one place: a new
// receipt, a repeat, the quarantine, or it is blank.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/fault.h"
#include "base/text.h"
#include "importers/receipt_drop.h"
#include "ledger/intake.h"
#include "ledger/quarantine.h"
#include "pipeline/collect_audit.h"
#include "pipeline/commands.h"
#include "pipeline/incoming.h"
#include "records/receipt_profile.h"

namespace quittance {
namespace {

constexpr std::size_t kReceiptsAtOnce = 1'000'000;     // of one act: what is sorted in memory
constexpr std::int64_t kSmallFileBytes = 1024 * 1024;  // smaller ones share a transaction
constexpr std::int64_t kBatchBytes = 64 * 1024 * 1024;
constexpr std::size_t kBatchFiles = 500;  // open at once

struct Counts {
  std::int64_t files = 0;
  LineCounts lines;
  std::int64_t generations = 0;
  std::int64_t held = 0;
  std::int64_t warnings = 0;
  std::int64_t quarantined_files = 0;
  std::int64_t waiting = 0;  // files that are not complete yet
};

class Collector {
 public:
  Collector(Context& context, const DropSettings& drop, const ReceiptProfile& profile, Counts& counts)
      : context_(context),
        ledger_(context.ledger(Access::write)),
        drop_(drop),
        profile_(profile),
        counts_(counts),
        rules_(context.configuration().rules(drop)),
        inbox_(drop.folder, drop.complete) {}

  void take_all(const std::vector<Arrival>& arrivals, FileIds& ids) {
    for (const auto& arrival : arrivals) {
      go_on_after_failure(context_.report(), [&] { claim(arrival, ids); });
    }
    flush();
  }

 private:
  void claim(const Arrival& arrival, FileIds& ids) {
    auto claimed = inbox_.claim(arrival, ids.next());
    if (auto* fault = std::get_if<Fault>(&claimed)) {
      put_aside(arrival, arrival.id != 0 ? arrival.id : ids.take(), *fault);
    } else if (auto* file = std::get_if<Claimed>(&claimed)) {
      if (arrival.id == 0) static_cast<void>(ids.take());
      queue(std::move(*file));
    } else {
      ++counts_.waiting;
      if (!paths_by_hand(context_, "collect").empty()) {
        context_.report().fault({"collect.waiting", Severity::warning, escaped(arrival.path.string()), 0, "",
                                 "it is not complete yet and was left alone",
                                 "wait until its writer has closed it, or see `complete` of the drop"});
      }
    }
  }

  // Small files wait for others, so that one sync serves many; a large one is an act of its own.
  void queue(Claimed file) {
    queued_bytes_ += file.bytes;
    const bool large = file.bytes > kSmallFileBytes;
    queue_.push_back(std::move(file));
    if (large || queue_.size() >= kBatchFiles || queued_bytes_ >= kBatchBytes) flush();
  }

  void flush() {
    if (queue_.empty()) return;
    inbox_.sync();  // the claims are durable before the ledger says so
    auto files = std::move(queue_);
    queue_.clear();
    queued_bytes_ = 0;
    if (files.size() > 1 && !take_together(files)) {
      // One of them is in the way of the others: each for itself, and what fails stays claimed.
      for (const auto& file : files) {
        go_on_after_failure(context_.report(), [&] { finish(std::span(&file, 1)); });
      }
    } else {
      finish(files);
    }
  }

  bool take_together(const std::vector<Claimed>& files) {
    const auto before = counts_;
    const auto said = context_.report();
    try {
      Batch batch(ledger_);
      for (const auto& file : files) take(file);
      batch.commit();
      return true;
    } catch (const Failure&) {
      counts_ = before;
      context_.report() = said;
      return false;
    }
  }

  // Takes in what is not yet, then moves the files to the archive.
  void finish(std::span<const Claimed> files) {
    for (const auto& file : files) take(file);
    for (const auto& file : files) put_away(file.path, file.id, file.name, context_.archive("receipts"));
    sync_folder(context_.archive("receipts"));
    inbox_.sync();
  }

  void take(const Claimed& file) {
    const auto progress = progress_of(ledger_, file.id);
    if (progress.done) return;  // a crash came between the ledger and the archive
    const IncomingFile incoming{file.id, "receipts", drop_.name, drop_.site, file.name};
    ReceiptDrop drop(file.fd, file.path, rules_, progress.bytes);
    bool last = false;
    while (!last) last = take_part(drop, incoming);
    ++counts_.files;
  }

  bool take_part(ReceiptDrop& drop, const IncomingFile& file) {
    Act act(ledger_, "collect", file.name);
    QuarantineWriter quarantine(act, file.id);
    const auto part = drop.judge(
        kReceiptsAtOnce,
        [&](const LinePlace& place, const LineFault& fault) {
          quarantine.add(
              {place.number, place.offset, place.length, fault.field, fault.code, fault.id, fault.problem});
          tell(file, place.number, fault, Severity::finding);
        },
        [&](const LinePlace& place, const LineFault& warning) {
          ++counts_.warnings;
          tell(file, place.number, warning, Severity::warning);
        });
    LineCounts lines{part.lines, part.blank, 0, part.faulty, 0};
    Intake intake(act, {file, drop_.channel, drop_.newest_rework_wins});
    drop.each_in_suid_order([&](const Receipt& receipt, const Digest& digest, std::int64_t line) {
      const auto taken =
          intake.take(receipt, digest, line, !profile_.is_on() || profile_.is_signed(receipt.bytes));
      if (taken.what == Taken::repeat) ++lines.repeats;
      tell(file, line, receipt.suid, taken);
    });
    intake.finish();
    lines.taken = intake.taken();
    const auto digest = drop.digest();
    record_progress(act, file, part.bytes, lines, part.last ? &digest : nullptr);
    act.commit();
    add(lines);
    return part.last;
  }

  void add(const LineCounts& lines) {
    counts_.lines.lines += lines.lines;
    counts_.lines.blank += lines.blank;
    counts_.lines.repeats += lines.repeats;
    counts_.lines.quarantined += lines.quarantined;
    counts_.lines.taken += lines.taken;
  }

  void tell(const IncomingFile& file, std::int64_t line, const LineFault& fault, Severity severity) {
    const auto code =
        fault.code == 0 ? std::string() : fmt::format(" (the vendor would answer {})", fault.code);
    context_.report().fault({fault.id, severity, file.name, static_cast<std::uint64_t>(line), fault.field,
                             fault.problem + code, fault.mend});
  }

  void tell(const IncomingFile& file, std::int64_t line, const Suid& suid, const TakenReceipt& taken) {
    const auto report = [&](const char* id, Severity severity, const std::string& problem, const char* mend) {
      context_.report().fault({id, severity, file.name, static_cast<std::uint64_t>(line), "suid",
                               "device " + suid.text() + ": " + problem, mend});
    };
    if (taken.what == Taken::new_generation) ++counts_.generations;
    if (taken.what == Taken::replaced_earlier) {
      report("collect.rework", Severity::warning,
             "re-work took the place of the unsent receipt " + taken.note,
             "nothing: the drop says rework = newest");
    }
    if (taken.what == Taken::held_conflict) {
      report("collect.conflict", Severity::finding, "two unsent receipts, both are held: " + taken.note,
             "find out which one is in the device, then `quittance resolve`");
    }
    if (taken.what == Taken::held_after_sending) {
      report("collect.late-rework", Severity::finding, "another receipt arrived and is held: " + taken.note,
             "if the device was refurbished: amend refurbished=1 --rerun; else `quittance settle`");
    }
    if (taken.what == Taken::held_unsigned) {
      report("collect.unsigned", Severity::finding,
             "no configured KPH signed the receipt, it is held (the vendor would answer 107 or 115)",
             "find out which KPH made it; an unknown one is an alarm");
    }
    if (taken.what == Taken::held_conflict || taken.what == Taken::held_after_sending ||
        taken.what == Taken::held_unsigned)
      ++counts_.held;
    if (taken.other_site) {
      report("collect.two-sites", Severity::finding, "the device was seen at two sites: " + taken.note,
             "a cloned SUID, or a refurbished device: ask both plants");
    }
    if (taken.warned_code == 112) {
      report("collect.never-imported", Severity::warning,
             "refurbished, but never seen here (the vendor may answer 112)",
             "if the device is new: amend refurbished=0");
    }
    if (taken.warned_code == 114 && taken.what == Taken::collected) {
      report("collect.sent-before", Severity::warning,
             "sent before this ledger existed (the vendor may answer 114)",
             "nothing: 114 then counts as accepted");
    }
  }

  void put_aside(const Arrival& arrival, std::int64_t id, const Fault& fault) {
    const IncomingFile file{id, "receipts", drop_.name, drop_.site, escaped(arrival.name)};
    context_.report().fault(fault);
    set_aside(context_, inbox_.hold(arrival, id), file, fault);
    ++counts_.quarantined_files;
  }

  Context& context_;
  Ledger& ledger_;
  const DropSettings& drop_;
  const ReceiptProfile& profile_;
  Counts& counts_;
  LineRules rules_;
  Inbox inbox_;
  std::vector<Claimed> queue_;
  std::int64_t queued_bytes_ = 0;
};

void summarise(Report& report, const Counts& counts) {
  const auto& lines = counts.lines;
  report.json() = {{"files", counts.files},
                   {"lines", lines.lines},
                   {"blank", lines.blank},
                   {"repeats", lines.repeats},
                   {"quarantined", {{"files", counts.quarantined_files}, {"lines", lines.quarantined}}},
                   {"collected", lines.taken - counts.held},
                   {"held", counts.held},
                   {"generations", counts.generations},
                   {"warnings", counts.warnings},
                   {"waiting_files", counts.waiting}};
  if (counts.files + counts.quarantined_files == 0) return;
  report.line(fmt::format("Collected {} from {}: {} = {} new + {} repeats + {} in quarantine + {} blank.",
                          counted(lines.taken - counts.held, "receipt"), counted(counts.files, "file"),
                          counted(lines.lines, "line"), lines.taken, lines.repeats, lines.quarantined,
                          lines.blank));
  if (counts.held > 0) report.line(fmt::format("{} of the new ones are held.", counts.held));
  if (counts.quarantined_files > 0)
    report.line(counted(counts.quarantined_files, "file") + " went to quarantine unopened.");
}

void run(Context& context) { collect(context); }

}  // namespace

void collect(Context& context) {
  const auto& configuration = context.configuration();
  const ReceiptProfile profile(configuration.kph_keys);
  FileIds ids(context);
  Counts counts;
  const auto paths = paths_by_hand(context, "collect");
  make_folder(context.archive("receipts"));
  remove_unfinished(context.archive("receipts"));
  remove_unfinished(context.quarantine());
  for (const auto& drop : drops_to_collect(context)) {
    // A drop that can't be read is no obstacle for the others.
    go_on_after_failure(context.report(), [&] {
      make_folder(drop.folder);
      if (drop.kind == "audit") return collect_audit_logs(context, drop, ids);
      Collector collector(context, drop, profile, counts);
      const Inbox inbox(drop.folder, drop.complete);
      collector.take_all(inbox.leftovers(), ids);
      if (paths.empty()) collector.take_all(inbox.arrivals(), ids);
      for (const auto& path : paths) collector.take_all(inbox.arrivals_at(path), ids);
    });
  }
  summarise(context.report(), counts);
}

CommandEntry collect_command() {
  return {
      {"collect",
       "[PATH...]",
       0,
       10'000,
       "take in receipt drops",
       "Takes in what lies complete in the folders of the configured drops, or the given files and folders "
       "as if they lay in "
       "the drop named by --drop. Lines that the vendor would refuse go to quarantine with file, line, "
       "field, reason and the "
       "code that the vendor would answer; good lines of the same file go on. A finished file goes to "
       "archive/receipts.",
       {{"drop", "NAME",
         "the drop by whose rules to read (needed with PATH when there are several; else only this one)"}},
       "quittance collect\n    takes in what arrived\nquittance collect --drop plant-2 /mnt/usb/night.txt\n  "
       "  takes in one file by hand"},
      run};
}

}  // namespace quittance
