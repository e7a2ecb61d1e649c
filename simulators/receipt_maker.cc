// Receipts of real or random bytes, rightly or with a defect of the envelope.
#include "simulators/receipt_maker.h"

namespace quittance::simulators {

FactoryKeys::FactoryKeys(const KeyFolder& folder)
    : vendor(folder.vendor_public()),
      other_vendor(folder.other_vendor_public()),
      kphs(folder.kph_private()),
      rogue(folder.rogue_private()) {}

ReceiptMaker::ReceiptMaker(std::string_view seed, const FactoryKeys* keys, std::uint64_t time)
    : bytes_(seed), time_(time) {
  if (keys == nullptr) return;
  for (const auto& key : keys->kphs) kphs_.emplace_back(key, keys->vendor);
  strangers_.emplace_back(keys->rogue, keys->vendor);
  strangers_.emplace_back(keys->kphs.front(), keys->other_vendor);
}

Kph& ReceiptMaker::kph_for(const Device& device, Defect defect) {
  if (defect == Defect::rogue_kph) return strangers_[0];
  if (defect == Defect::decryption) return strangers_[1];
  return kphs_[device.number % kphs_.size()];
}

// A re-worked device gets other bytes, hence a number of its own.
ReceiptBytes ReceiptMaker::random(const Device& device, Defect defect) {
  ReceiptBytes receipt{};
  bytes_.draw(static_cast<std::uint32_t>(Stream::receipt) + static_cast<std::uint32_t>(defect) * 16,
              device.number, receipt);
  return receipt;
}

ReceiptBytes ReceiptMaker::make(const Device& device, Defect defect) {
  if (kphs_.empty()) return random(device, defect);
  Envelope envelope;
  envelope.suid = device.suid;
  if (defect == Defect::suid) envelope.suid.back() ^= 0xff;
  envelope.soc_key = device.soc_key;
  envelope.key_id = device.key_id;
  envelope.serial = device.serial;
  envelope.time = time_;
  ReceiptBytes receipt = kph_for(device, defect).bind(envelope);
  if (defect == Defect::signature)
    receipt[kSealedSize + device.number % (kReceiptSize - kSealedSize)] ^= 0x10;
  return receipt;
}

}  // namespace quittance::simulators
