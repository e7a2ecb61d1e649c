// The vendor's cryptographic judgement on a receipt.
#include "simulators/vendor_rsa.h"

#include <algorithm>

#include "simulators/vendor_codes.h"

namespace quittance::simulators {

ReceiptOpener::ReceiptOpener(const RsaKey& vendor_private, const std::vector<KphKey>& kphs)
    : decryption_(vendor_private) {
  for (const auto& kph : kphs) kphs_.push_back({kph.id, PssVerification(kph.key)});
}

const ReceiptOpener::KnownKph* ReceiptOpener::signer_of(const ReceiptBytes& receipt) {
  const ByteView whole = receipt;
  for (auto& kph : kphs_) {
    if (kph.verification.verify(whole.first(kSealedSize), whole.subspan(kSealedSize))) return &kph;
  }
  return nullptr;
}

std::optional<Envelope> ReceiptOpener::decrypt(const ReceiptBytes& receipt) {
  Bytes plain;
  if (!decryption_.decrypt(ByteView(receipt).first(kSealedSize), plain)) return std::nullopt;
  return unpack(plain);
}

// The KPH's id is inside the envelope, so a signature by nobody we know is explained by decrypting:
// either the KPH is a stranger, or the signature of one that we know is broken.
int ReceiptOpener::open(const ReceiptBytes& receipt, const Suid& suid) {
  const KnownKph* signer = signer_of(receipt);
  const auto envelope = decrypt(receipt);
  if (signer == nullptr) {
    const bool known = envelope && std::any_of(kphs_.begin(), kphs_.end(),
                                               [&](const KnownKph& kph) { return kph.id == envelope->kph; });
    return envelope && !known ? code::kUnknownKph : code::kSignature;
  }
  if (!envelope) return code::kDecryption;
  if (envelope->kph != signer->id) return code::kSignature;
  return envelope->suid == suid ? code::kOk : code::kSuidMismatch;
}

}  // namespace quittance::simulators
