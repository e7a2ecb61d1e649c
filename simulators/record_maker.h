// Makes what a card puts into the record of a device: the die's certificate and the OEM certificates.
#pragma once

#include "simulators/audit_row.h"
#include "simulators/card_keys.h"

namespace quittance::simulators {

struct RecordPlan {
  std::string seed = "1";  // where dies come from: two cards of one seed get the same dies
  std::string card;        // id of the card; with the seed it is where certificate keys come from
  std::size_t certificates = kOemCerts;
  std::size_t die_size = kDieCertificate;
  Seconds valid_from = 0;
  std::uint32_t days = 3650;
  bool random_uuid = false;    // in the subject, as the software model does it, in place of the die's
  bool unsigned_dies = false;  // saves a signature a record
};

[[nodiscard]] CertificatePlan certificate_plan(const RecordPlan& plan);

// One per thread; plan and template outlive it.
class RecordMaker {
 public:
  RecordMaker(const RecordPlan& plan, const CertificateTemplate& form, const CardKeys& keys);
  // All but counter, start hash and signature. The counter only draws the certificate keys: a retry of
  // the same die gets new ones.
  [[nodiscard]] AuditRow make(std::uint64_t die, std::uint32_t counter);
  [[nodiscard]] Point certificate_key(std::uint32_t counter, std::size_t index);
  [[nodiscard]] Uuid subject_uuid(const Die& die, std::uint32_t counter);
  [[nodiscard]] Die die(std::uint64_t number) { return dies_.make(number); }

 private:
  const RecordPlan& plan_;
  const CertificateTemplate& form_;
  DieMaker dies_;
  SeededBytes bytes_;
  PointMaker points_;
  P256Signer oem_;
  P256Signer nxp_;
};

}  // namespace quittance::simulators
