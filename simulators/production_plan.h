// The order in which lines are written: which device, with which defect. Made before anything is
// written, from the seed alone, so that threads can write the files in any order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "simulators/defects.h"

namespace quittance::simulators {

struct PlannedLine {
  std::uint64_t device = 0;   // number of the device; 0 for a blank line
  std::uint32_t variant = 0;  // which of this defect, counted from 0
  Defect defect = Defect::none;
};

// `devices` lines for the devices from `first` on, and the additional lines, each behind the line
// that it repeats. The devices with a defect are spread evenly. A usage Failure when there are more
// defects than devices.
[[nodiscard]] std::vector<PlannedLine> plan_production(std::string_view seed, std::uint64_t first,
                                                       std::uint64_t devices, const DefectCounts& counts);

}  // namespace quittance::simulators
