// Plans the lines, shares the drops out to threads, and writes them.
#include "simulators/receipt_factory.h"

#include <fmt/core.h>

#include <atomic>
#include <unordered_map>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "simulators/production_plan.h"
#include "simulators/receipt_maker.h"
#include "simulators/share_out.h"

namespace quittance::simulators {
namespace {

// What one thread needs to turn planned lines into text.
struct Bench {
  DeviceMaker devices;
  ReceiptMaker receipts;
};

class Factory {
 public:
  explicit Factory(const FactoryOrder& order);
  FactoryResult run();

 private:
  [[nodiscard]] Bench bench() const;
  [[nodiscard]] Device device_of(Bench& bench, const PlannedLine& line) const;
  void bind_repeated();
  void write_drop(Bench& bench, std::size_t drop);
  void write_line(Bench& bench, const PlannedLine& line, std::string& text, TrueLine& truth) const;

  const FactoryOrder& order_;
  const DropLines lines_;
  const std::vector<PlannedLine> plan_;
  const std::uint64_t time_ = static_cast<std::uint64_t>(now());
  std::unique_ptr<FactoryKeys> keys_;
  // A repeat needs the bytes of the first time, and the two may be written by two threads.
  std::unordered_map<std::uint64_t, ReceiptBytes> repeated_;
  std::atomic<std::uint64_t> bytes_{0};
  TruthFile truth_;
};

std::uint64_t count_of(const DefectCounts& counts, Defect defect) {
  const auto found = counts.find(defect);
  return found == counts.end() ? 0 : found->second;
}

// The devices of an earlier call must suffice, and `clone` may do without.
void check_earlier(const FactoryOrder& order) {
  if (count_of(order.defects, Defect::refurbished) > order.refurbish.size())
    throw usage_failure("the defect refurbished needs as many sound devices of an earlier call",
                        "name its truth file with --refurbish-from");
  if (!order.clone.empty() && count_of(order.defects, Defect::clone) > order.clone.size())
    throw usage_failure("--clone-from has too few devices", "ask for fewer clones");
}

// Device as it was known earlier; the rest of the new device is of no interest to the vendor.
void take_over(Device& device, const TrueLine& earlier) {
  if (earlier.suid.size() != 2 * device.suid.size() || !from_hex(earlier.suid, device.suid))
    throw machine_failure("sim.truth", escaped(earlier.suid), "this is not a SUID",
                          "name a file that --truth wrote");
  device.imei = earlier.imei;
}

Factory::Factory(const FactoryOrder& order)
    : order_(order),
      lines_(order.layout, order.articles),
      plan_(plan_production(order.seed, order.start, order.devices, order.defects)),
      truth_(order.truth) {
  lines_.check(order.defects);
  check_earlier(order);
  make_folder(order.out);
  if (std::filesystem::exists(order.out / drop_name(order, 0)))
    throw usage_failure(drop_name(order, 0) + " exists in " + order.out.string(),
                        "give another --start or --site");
  if (order.random_receipts) return;
  const KeyFolder folder(order.keys);
  folder.make(order.kphs, order.jobs);
  keys_ = std::make_unique<FactoryKeys>(folder);
}

Bench Factory::bench() const {
  return {DeviceMaker(order_.seed), ReceiptMaker(order_.seed, keys_.get(), time_)};
}

Device Factory::device_of(Bench& bench, const PlannedLine& line) const {
  Device device = bench.devices.make(line.device);
  if (line.defect == Defect::refurbished) take_over(device, order_.refurbish[line.variant]);
  if (line.defect == Defect::clone && !order_.clone.empty()) take_over(device, order_.clone[line.variant]);
  return device;
}

void Factory::bind_repeated() {
  std::vector<const PlannedLine*> wanted;
  for (const auto& line : plan_) {
    if (line.defect != Defect::repeat) continue;
    wanted.push_back(&line);
    repeated_.emplace(line.device, ReceiptBytes{});
  }
  share_out(wanted.size(), order_.jobs, [&](const NextItem& next) {
    Bench own = bench();
    for (std::size_t i = 0; next(i);)
      repeated_.at(wanted[i]->device) = own.receipts.make(own.devices.make(wanted[i]->device), Defect::none);
  });
}

void Factory::write_line(Bench& bench, const PlannedLine& line, std::string& text, TrueLine& truth) const {
  truth.defect = kind_of(line.defect).name;
  if (line.defect == Defect::blank) {
    text += '\n';
    return;
  }
  const Device device = device_of(bench, line);
  const auto kept = line.defect == Defect::rework ? repeated_.end() : repeated_.find(line.device);
  const ReceiptBytes receipt =
      kept != repeated_.end() ? kept->second : bench.receipts.make(device, line.defect);
  lines_.append(text, device, receipt, line.defect, line.variant);
  if (order_.truth.empty()) return;
  truth.suid = to_hex(device.suid);
  truth.receipt = to_hex(sha256(receipt));
  truth.imei = device.imei;
}

void Factory::write_drop(Bench& bench, std::size_t drop) {
  const std::size_t first = drop * order_.per_file;
  const std::size_t last = std::min<std::size_t>(first + order_.per_file, plan_.size());
  const std::string name = drop_name(order_, drop);
  FileWriter writer(order_.out / name);
  std::string text;
  std::string truths;
  for (std::size_t i = first; i < last; ++i) {
    TrueLine truth;
    truth.file = name;
    truth.line = i - first + 1;
    text.clear();
    write_line(bench, plan_[i], text, truth);
    writer.write(text);
    if (!order_.truth.empty()) truths += truth_text(truth, kind_of(plan_[i].defect).code);
  }
  bytes_ += writer.size();
  if (!writer.publish(false))
    throw usage_failure(name + " exists in " + order_.out.string(), "give another --start");
  truth_.put(drop, std::move(truths));
}

FactoryResult Factory::run() {
  bind_repeated();
  const std::size_t drops = (plan_.size() + order_.per_file - 1) / order_.per_file;
  share_out(drops, order_.jobs, [&](const NextItem& next) {
    Bench own = bench();
    for (std::size_t drop = 0; next(drop);) write_drop(own, drop);
  });
  truth_.publish();
  return {drops, plan_.size(), bytes_};
}

}  // namespace

std::string drop_name(const FactoryOrder& order, std::size_t drop) {
  return fmt::format("{}-{}-{:06}.txt", order.site, order.start, drop + 1);
}

FactoryResult produce(const FactoryOrder& order) { return Factory(order).run(); }

}  // namespace quittance::simulators
