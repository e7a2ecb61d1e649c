// The factory: makes devices and their receipts and writes them as receipt drops.
// Drops appear under their final names only when they are complete and on the disk.
#pragma once

#include <map>
#include <string>

#include "simulators/drop_line.h"
#include "simulators/truth.h"

namespace quittance::simulators {

struct FactoryOrder {
  Path out;
  Path keys;
  Path truth;  // may be empty
  std::uint64_t devices = 0;
  std::uint64_t start = 1;  // number of the first device
  std::uint64_t per_file = 1000;
  std::string seed = "1";
  std::string site = "plant-a";
  Layout layout;
  Articles articles;
  DefectCounts defects;
  bool random_receipts = false;  // no RSA, no keys
  std::size_t kphs = 2;
  std::size_t jobs = 1;
  std::vector<TrueLine> refurbish;  // devices of an earlier call that come back with flag 1
  std::vector<TrueLine> clone;      // devices of an earlier call whose SUID occurs again
};

struct FactoryResult {
  std::uint64_t files = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
};

[[nodiscard]] FactoryResult produce(const FactoryOrder& order);
[[nodiscard]] std::string drop_name(const FactoryOrder& order, std::size_t drop);  // drops counted from 0

}  // namespace quittance::simulators
