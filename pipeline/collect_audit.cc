#include "pipeline/collect_audit.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "ledger/audit_logs.h"
#include "pipeline/auditor.h"

namespace quittance {
namespace {

class AuditCollector {
 public:
  AuditCollector(Context& context, const DropSettings& drop, FileIds& ids)
      : context_(context),
        ledger_(context.ledger(Access::write)),
        drop_(drop),
        ids_(ids),
        inbox_(drop.folder, drop.complete) {}

  void take_all(const std::vector<Arrival>& arrivals) {
    for (const auto& arrival : arrivals) go_on_after_failure(context_.report(), [&] { claim(arrival); });
  }
  [[nodiscard]] const Inbox& inbox() const { return inbox_; }
  [[nodiscard]] std::int64_t taken() const { return taken_; }
  [[nodiscard]] std::int64_t repeats() const { return repeats_; }

 private:
  void claim(const Arrival& arrival) {
    auto claimed = inbox_.claim(arrival, ids_.next());
    if (auto* fault = std::get_if<Fault>(&claimed)) {
      const auto id = arrival.id != 0 ? arrival.id : ids_.take();
      context_.report().fault(*fault);
      set_aside(context_, inbox_.hold(arrival, id),
                {id, "audit", drop_.name, drop_.site, escaped(arrival.name)}, *fault);
    } else if (auto* file = std::get_if<Claimed>(&claimed)) {
      if (arrival.id == 0) static_cast<void>(ids_.take());
      inbox_.sync();
      take(*file);
    }
  }

  // What is hashed is what is archived and verified: since it was claimed nobody else has its name.
  void take(const Claimed& claimed) {
    const IncomingFile file{claimed.id, "audit", drop_.name, drop_.site, claimed.name};
    const auto progress = progress_of(ledger_, file.id);
    if (!progress.known) {
      auto owner = owner_of(claimed.path);
      if (owner.fault) return refuse(claimed, file, *owner.fault);
      record(file, claimed, owner);
    }
    put_away(claimed.path, claimed.id, claimed.name, context_.archive("audit"));
    sync_folder(context_.archive("audit"));
    inbox_.sync();
  }

  void record(const IncomingFile& file, const Claimed& claimed, const LogOwner& owner) {
    const auto digest = digest_file(claimed.path);
    const bool repeat = was_taken_in(ledger_, "audit", digest);
    Act act(ledger_, "collect-audit", file.name);
    record_progress(act, file, claimed.bytes, {}, &digest);
    add_audit_log(act, file, owner.device, owner.version);
    act.commit();
    ++(repeat ? repeats_ : taken_);
    if (!repeat) return;
    context_.report().fault({"audit.seen", Severity::warning, file.name, 0, "",
                             "the same bytes came in before", "nothing: they count once"});
  }

  void refuse(const Claimed& claimed, const IncomingFile& file, Fault fault) {
    fault.object = file.name;
    context_.report().fault(fault);
    set_aside(context_, claimed.path, file, fault);
  }

  Context& context_;
  Ledger& ledger_;
  const DropSettings& drop_;
  FileIds& ids_;
  Inbox inbox_;
  std::int64_t taken_ = 0;
  std::int64_t repeats_ = 0;
};

}  // namespace

void collect_audit_logs(Context& context, const DropSettings& drop, FileIds& ids) {
  make_folder(context.archive("audit"));
  remove_unfinished(context.archive("audit"));
  AuditCollector collector(context, drop, ids);
  const auto paths = paths_by_hand(context, "collect");
  collector.take_all(collector.inbox().leftovers());
  if (paths.empty()) collector.take_all(collector.inbox().arrivals());
  for (const auto& path : paths) collector.take_all(collector.inbox().arrivals_at(path));
  auto& report = context.report();
  report.json()["audit_logs"] = {{"taken", collector.taken()}, {"repeats", collector.repeats()}};
  if (collector.taken() + collector.repeats() == 0) return;
  report.line(fmt::format("Collected {}, {} of them known already.",
                          counted(collector.taken() + collector.repeats(), "audit log"),
                          collector.repeats()));
}

}  // namespace quittance
