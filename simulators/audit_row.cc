// The card's arithmetic on a row: hash and signature.
#include "simulators/audit_row.h"

#include "base/fault.h"
#include "simulators/der.h"

namespace quittance::simulators {

const char* column_name(std::size_t column) {
  static constexpr const char* kNames[kColumns] = {"nxp_cert",   "oem_cert_0",   "oem_cert_1", "oem_cert_2",
                                                   "oem_cert_3", "prod_counter", "start_hash", "signature"};
  return kNames[column];
}

Digest new_hash(const AuditRow& row) {
  Bytes all;
  for (std::size_t column = 0; column < kSignature; ++column) {
    if (const auto* bytes = std::get_if<Bytes>(&row.cells[column]))
      all.insert(all.end(), bytes->begin(), bytes->end());
  }
  return sha256(all);
}

Bytes encoded(const RawSignature& signature, LogSignature form) {
  return form == LogSignature::der ? der_signature(signature) : Bytes(signature.begin(), signature.end());
}

Digest link(AuditRow& row, std::uint32_t counter, const Digest& start_hash) {
  set_counter(row, counter);
  row.cells[kStartHash] = Bytes(start_hash.begin(), start_hash.end());
  return new_hash(row);
}

void sign(AuditRow& row, P256Signer& signer, LogSignature form) {
  row.cells[kSignature] = encoded(signer.sign(new_hash(row)), form);
}

Bytes& blob(AuditRow& row, std::size_t column) {
  if (auto* bytes = std::get_if<Bytes>(&row.cells[column])) return *bytes;
  throw usage_failure(std::string("the record has no ") + column_name(column), "take another record or log");
}

std::uint32_t counter_of(const AuditRow& row) {
  const auto* bytes = std::get_if<Bytes>(&row.cells[kCounter]);
  if (bytes == nullptr || bytes->size() != 4)
    throw usage_failure("the counter of a record is not 4 bytes", "take a valid log");
  std::uint32_t counter = 0;
  for (const std::uint8_t byte : *bytes) counter = counter << 8 | byte;
  return counter;
}

void set_counter(AuditRow& row, std::uint32_t counter) {
  Bytes bytes(4);
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(counter >> (24 - 8 * i));
  row.cells[kCounter] = std::move(bytes);
}

}  // namespace quittance::simulators
