// Opens receipts with the vendor's private key: codes 107, 108, 109 and 115. One per thread.
#pragma once

#include <vector>

#include "simulators/kph.h"

namespace quittance::simulators {

class ReceiptOpener {
 public:
  ReceiptOpener(const RsaKey& vendor_private, const std::vector<KphKey>& kphs);
  // The code for this receipt on the line of this SUID.
  [[nodiscard]] int open(const ReceiptBytes& receipt, const Suid& suid);

 private:
  struct KnownKph {
    std::uint32_t id;
    PssVerification verification;
  };
  [[nodiscard]] const KnownKph* signer_of(const ReceiptBytes& receipt);
  [[nodiscard]] std::optional<Envelope> decrypt(const ReceiptBytes& receipt);
  OaepDecryption decryption_;
  std::vector<KnownKph> kphs_;
};

}  // namespace quittance::simulators
