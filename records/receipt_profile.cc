#include "records/receipt_profile.h"

#include <algorithm>

#include "base/fault.h"

namespace quittance {
namespace {

constexpr std::size_t kSignedBytes = 512;
constexpr int kSaltBytes = 32;

}  // namespace

ReceiptProfile::ReceiptProfile(const std::vector<Path>& kph_key_files) {
  for (const auto& file : kph_key_files) {
    keys_.push_back(PublicKey::read(file));
    if (!keys_.back().is_rsa(2048)) {
      throw machine_failure("kph-key.kind", file.string(), "the key is not RSA-2048",
                            "give the public key of a KPH in PEM form");
    }
  }
}

bool ReceiptProfile::is_signed(const ReceiptBytes& bytes) const {
  const ByteView all(bytes);
  return std::any_of(keys_.begin(), keys_.end(), [&](const PublicKey& key) {
    return key.verify_pss_sha256(all.first(kSignedBytes), all.subspan(kSignedBytes), kSaltBytes);
  });
}

}  // namespace quittance
