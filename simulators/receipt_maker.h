// Makes the 768 bytes of a receipt: by a KPH with real RSA, or random ones where only the volume
// counts. One per thread.
#pragma once

#include <memory>
#include <vector>

#include "simulators/defects.h"
#include "simulators/device.h"

namespace quittance::simulators {

// The keys that all threads share.
struct FactoryKeys {
  explicit FactoryKeys(const KeyFolder& folder);
  RsaKey vendor;
  RsaKey other_vendor;
  std::vector<KphKey> kphs;
  KphKey rogue;
};

class ReceiptMaker {
 public:
  // Without keys the receipts are random bytes that depend on the seed only.
  ReceiptMaker(std::string_view seed, const FactoryKeys* keys, std::uint64_t time);
  [[nodiscard]] ReceiptBytes make(const Device& device, Defect defect);

 private:
  [[nodiscard]] Kph& kph_for(const Device& device, Defect defect);
  [[nodiscard]] ReceiptBytes random(const Device& device, Defect defect);
  SeededBytes bytes_;
  std::uint64_t time_;
  std::vector<Kph> kphs_;
  std::vector<Kph> strangers_;  // the rogue KPH, and a KPH that seals for another vendor
};

}  // namespace quittance::simulators
