// The folder with the keys of both sides: the vendor's, those of the KPHs that the vendor knows, one
// KPH that it does not know, and another vendor's. Made once, then kept.
//
//   vendor.pem, vendor.pub.pem          RSA-4096, receipts are encrypted for it
//   kph-1001.pem, kph-1001.pub.pem ...  RSA-2048, a KPH with its id; the vendor knows all of these
//   rogue-6661.pem                      RSA-2048, a KPH unknown to the vendor
//   other-vendor.pub.pem                RSA-4096, whatever is encrypted for it is lost
#pragma once

#include <cstdint>
#include <vector>

#include "simulators/rsa.h"

namespace quittance::simulators {

inline constexpr std::uint32_t kFirstKph = 1001;
inline constexpr std::uint32_t kRogueKph = 6661;

struct KphKey {
  std::uint32_t id = 0;
  RsaKey key;
};

class KeyFolder {
 public:
  explicit KeyFolder(Path folder) : folder_(std::move(folder)) {}
  // Makes what is missing of a folder with `kphs` KPHs; what is there stays. Files of mode 0600.
  void make(std::size_t kphs, std::size_t jobs) const;

  [[nodiscard]] RsaKey vendor_private() const;
  [[nodiscard]] RsaKey vendor_public() const;
  [[nodiscard]] RsaKey other_vendor_public() const;
  [[nodiscard]] std::vector<KphKey> kph_private() const;  // in the order of their ids, at least one
  [[nodiscard]] std::vector<KphKey> kph_public() const;
  [[nodiscard]] KphKey rogue_private() const;

 private:
  [[nodiscard]] std::vector<std::uint32_t> kph_ids() const;
  Path folder_;
};

}  // namespace quittance::simulators
