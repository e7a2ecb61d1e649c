// What can be checked of an SD.Receipt before it is sent, where the KPHs' public keys are configured:
// bytes 512 to 767 are an RSA-2048 PSS signature (SHA-256, salt 32) by the KPH over bytes 0 to 511.
// Only the vendor can decrypt the rest. Replaceable: the manual does not publish the envelope.
#pragma once

#include <vector>

#include "base/signature.h"
#include "records/receipt.h"

namespace quittance {

class ReceiptProfile {
 public:
  // Throws Failure(machine) for a key that can't be read or is not RSA-2048.
  explicit ReceiptProfile(const std::vector<Path>& kph_key_files);
  [[nodiscard]] bool is_on() const { return !keys_.empty(); }
  // One of the configured KPHs signed it. If none did, the vendor would answer 107 or 115.
  [[nodiscard]] bool is_signed(const ReceiptBytes& bytes) const;

 private:
  std::vector<PublicKey> keys_;
};

}  // namespace quittance
