// Spreads defects over devices and puts the additional lines behind what they repeat.
#include "simulators/production_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/fault.h"
#include "simulators/device.h"

namespace quittance::simulators {
namespace {

// One of each kind in turn, so that a drop begins with a mixture and not with a hundred of the first.
std::vector<PlannedLine> in_turn(const DefectCounts& counts, bool additional) {
  std::vector<PlannedLine> lines;
  for (std::uint32_t round = 0, added = 1; added != 0; ++round) {
    added = 0;
    for (const auto& [defect, count] : counts) {
      if (kind_of(defect).additional != additional || round >= count) continue;
      lines.push_back({0, round, defect});
      ++added;
    }
  }
  return lines;
}

std::vector<PlannedLine> plan_devices(std::uint64_t first, std::uint64_t devices,
                                      const DefectCounts& counts) {
  const auto spoiled = in_turn(counts, false);
  if (spoiled.size() > devices)
    throw usage_failure(fmt::format("{} defects do not fit {} devices", spoiled.size(), devices),
                        "raise --devices");
  std::vector<PlannedLine> lines(devices);
  for (std::uint64_t i = 0; i < devices; ++i) lines[i].device = first + i;
  for (std::size_t k = 0; k < spoiled.size(); ++k) {
    PlannedLine& line = lines[k * devices / spoiled.size()];
    line.variant = spoiled[k].variant;
    line.defect = spoiled[k].defect;
  }
  return lines;
}

struct Insertion {
  std::size_t before = 0;  // index into the lines of the devices
  std::size_t number = 0;  // of several at one place the first made stands first
  PlannedLine line;
};

// Repeats and re-works take different healthy devices, so that the truth about each stays simple.
std::vector<Insertion> place(const std::vector<PlannedLine>& lines,
                             const std::vector<PlannedLine>& additional, std::string_view seed) {
  std::vector<std::size_t> healthy;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].defect == Defect::none) healthy.push_back(i);
  }
  if (additional.size() > healthy.size())
    throw usage_failure(fmt::format("{} additional lines need as many sound devices, there are {}",
                                    additional.size(), healthy.size()),
                        "raise --devices");
  SeededBytes bytes(seed);
  std::vector<Insertion> placed;
  for (std::size_t k = 0; k < additional.size(); ++k) {
    const std::size_t source = healthy[k * healthy.size() / additional.size()];
    const std::uint64_t draw = bytes.integer(static_cast<std::uint32_t>(Stream::choice), k);
    Insertion insertion{source + 1 + draw % (lines.size() - source), k, additional[k]};
    if (additional[k].defect != Defect::blank) insertion.line.device = lines[source].device;
    placed.push_back(insertion);
  }
  const auto place_of = [](const Insertion& insertion) {
    return std::pair(insertion.before, insertion.number);
  };
  std::ranges::sort(placed, {}, place_of);
  return placed;
}

}  // namespace

std::vector<PlannedLine> plan_production(std::string_view seed, std::uint64_t first, std::uint64_t devices,
                                         const DefectCounts& counts) {
  const auto lines = plan_devices(first, devices, counts);
  const auto placed = place(lines, in_turn(counts, true), seed);
  std::vector<PlannedLine> plan;
  plan.reserve(lines.size() + placed.size());
  auto insertion = placed.begin();
  for (std::size_t i = 0; i <= lines.size(); ++i) {
    for (; insertion != placed.end() && insertion->before == i; ++insertion) plan.push_back(insertion->line);
    if (i < lines.size()) plan.push_back(lines[i]);
  }
  return plan;
}

}  // namespace quittance::simulators
