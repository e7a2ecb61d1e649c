// Records without their place in the chain.
#include "simulators/record_maker.h"

namespace quittance::simulators {
namespace {

constexpr Seconds kDay = 86400;
constexpr std::uint32_t kKeys = 200;  // streams of the seed: one for each certificate, then
constexpr std::uint32_t kUuids = 204;

}  // namespace

CertificatePlan certificate_plan(const RecordPlan& plan) {
  return {drawn_serial(plan.seed + "/" + plan.card), oem_name(), "ACME device ", plan.valid_from,
          plan.valid_from + plan.days * kDay};
}

RecordMaker::RecordMaker(const RecordPlan& plan, const CertificateTemplate& form, const CardKeys& keys)
    : plan_(plan),
      form_(form),
      dies_(plan.seed),
      bytes_(plan.seed + "/" + plan.card),
      oem_(keys.oem_id),
      nxp_(keys.nxp_prod) {}

Point RecordMaker::certificate_key(std::uint32_t counter, std::size_t index) {
  Scalar secret{};
  bytes_.draw(kKeys + static_cast<std::uint32_t>(index), counter, secret);
  return points_.make(secret);
}

Uuid RecordMaker::subject_uuid(const Die& die, std::uint32_t counter) {
  if (!plan_.random_uuid) return die.uuid;
  Uuid uuid{};
  bytes_.draw(kUuids, counter, uuid);
  return uuid;
}

AuditRow RecordMaker::make(std::uint64_t number, std::uint32_t counter) {
  const Die die = dies_.make(number);
  const Uuid uuid = subject_uuid(die, counter);
  AuditRow row;
  row.cells[kNxpCert] = die_certificate(die, plan_.die_size, plan_.unsigned_dies ? nullptr : &nxp_);
  for (std::size_t i = 0; i < plan_.certificates; ++i) {
    row.cells[kOemCert + i] = sealed(form_.to_be_signed(uuid, i, certificate_key(counter, i)), oem_);
  }
  return row;
}

}  // namespace quittance::simulators
