#include "audit/record_check.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "records/der.h"

namespace quittance::audit {
namespace {

constexpr std::array<std::string_view, 8> kColumns = {"nxp_cert",   "oem_cert_0", "oem_cert_1",
                                                      "oem_cert_2", "oem_cert_3", "prod_counter",
                                                      "start_hash", "signature"};
constexpr int kFirstOem = 1;
constexpr int kCounter = 5;
constexpr int kStartHash = 6;
constexpr int kSignature = 7;
constexpr std::size_t kLongestDie = 4096;          // bytes; known ones have 200 and 272
constexpr std::size_t kLongestCertificate = 2048;  // bytes; the template's limit is 1000
constexpr std::size_t kLongerDie = 272;            // of families whose cards can make six certificates

const char* type_name(int type) {
  switch (type) {
    case SQLITE_NULL:
      return "NULL";
    case SQLITE_INTEGER:
      return "an integer";
    case SQLITE_FLOAT:
      return "a floating-point number";
    case SQLITE_TEXT:
      return "text";
    default:
      return "a blob";
  }
}

bool is_oem(int column) { return column >= kFirstOem && column < kCounter; }

std::string_view column_name(std::size_t oem_column) { return kColumns.at(kFirstOem + oem_column); }

}  // namespace

void RecordCheck::find(AuditKind kind, std::string_view field, std::string problem) {
  RecordFacts& facts = records_.back();
  facts.findings.push_back({kind, facts.id, facts.counter, std::string(field), std::move(problem)});
}

void RecordCheck::add_hidden(std::int64_t id) {
  records_.emplace_back().id = id;
  find(AuditKind::hidden, "id",
       "a walk over the table finds this row, a look for its id does not: not verified");
}

void RecordCheck::add_unreadable(std::int64_t id, AuditKind kind, const std::string& problem) {
  records_.emplace_back().id = id;
  find(kind, "", problem);
}

void RecordCheck::add(std::int64_t id, const ForeignStatement& row) {
  records_.emplace_back().id = id;
  AuditRecord record;
  const bool has_hash = read_columns(row, record);
  if (has_hash) records_.back().new_hash = new_hash(record);
  check_signature(record);
  check_die(record);
  check_certificates(record);
}

// False where the hash can't be computed.
bool RecordCheck::read_columns(const ForeignStatement& row, AuditRecord& record) {
  const std::array<ByteView*, 8> fields = {&record.nxp_cert,     &record.oem_certs[0], &record.oem_certs[1],
                                           &record.oem_certs[2], &record.oem_certs[3], &record.counter,
                                           &record.start_hash,   &record.signature};
  if (row.type(kCounter) == SQLITE_BLOB) records_.back().counter = audit_counter(row.bytes(kCounter));
  bool has_hash = true;
  bool ended = false;  // a certificate column was NULL: those behind must be as well
  for (int column = 0; column <= kSignature; ++column) {
    const std::string_view name = kColumns.at(static_cast<std::size_t>(column));
    const int type = row.type(column);
    if (type == SQLITE_NULL && is_oem(column)) {
      ended = true;
      continue;
    }
    if (type != SQLITE_BLOB) {
      find(AuditKind::type, name, fmt::format("it holds {}; expected a blob", type_name(type)));
      has_hash = has_hash && column == kSignature;
      continue;
    }
    *fields.at(static_cast<std::size_t>(column)) = row.bytes(column);
    if (is_oem(column) && ended)
      find(AuditKind::type, name,
           "it holds a certificate behind a column that is NULL; they are filled from the left");
    if (is_oem(column) && row.bytes(column).empty())
      find(AuditKind::width, name, "it is an empty blob; expected a certificate or NULL");
  }
  if (record.start_hash.size() == Digest{}.size()) {
    std::ranges::copy(record.start_hash, records_.back().start_hash.emplace().begin());
  } else if (row.type(kStartHash) == SQLITE_BLOB) {
    find(AuditKind::width, "start_hash",
         fmt::format("it has {} bytes; expected 32", record.start_hash.size()));
  }
  if (!records_.back().counter && row.type(kCounter) == SQLITE_BLOB)
    find(AuditKind::width, "prod_counter", fmt::format("it has {} bytes; expected 4", record.counter.size()));
  return has_hash;
}

void RecordCheck::check_signature(const AuditRecord& record) {
  const RecordFacts& facts = records_.back();
  if (!facts.findings.empty() && facts.findings.back().field == "signature") return;  // of another type
  if (!facts.new_hash)
    return find(AuditKind::signature, "signature",
                "it can't be checked, since a column that it covers is wrong");
  SignedDigest item{signed_digest(*facts.new_hash), {}};
  const SignatureForm form = read_signature(record.signature, item.signature);
  if (form == SignatureForm::wrong) {
    return find(AuditKind::width, "signature",
                fmt::format("its {} bytes are neither 64 bytes r, s nor a signature in DER",
                            record.signature.size()));
  }
  if (form == SignatureForm::der)
    find(AuditKind::der_signature, "signature", "it is in DER in place of 64 bytes r, s");
  const bool may_lack = record.nxp_cert.size() == kLongerDie &&
                        std::ranges::none_of(record.oem_certs, [](ByteView der) { return der.empty(); });
  log_.items.push_back(item);
  log_.pending.push_back(
      {records_.size() - 1, may_lack ? AuditKind::lost_certificates : AuditKind::signature, "signature"});
}

void RecordCheck::check_die(const AuditRecord& record) {
  die_uuid_.clear();
  if (record.nxp_cert.data() == nullptr) {
    const auto& findings = records_.back().findings;
    const bool told = std::ranges::any_of(findings, [](const auto& one) { return one.field == "nxp_cert"; });
    if (!told) find(AuditKind::width, "nxp_cert", "it is an empty blob; expected an identity record");
    return;
  }
  if (record.nxp_cert.size() > kLongestDie)
    return find(AuditKind::width, "nxp_cert",
                fmt::format("it has {} bytes, more than {}", record.nxp_cert.size(), kLongestDie));
  if (!is_one_container(record.nxp_cert)) {
    return find(
        AuditKind::borders, "nxp_cert",
        fmt::format("its {} bytes are not the container that its header states", record.nxp_cert.size()));
  }
  const auto die = read_die_identity(record.nxp_cert);
  records_.back().die = sha256(die ? die->key : record.nxp_cert);
  if (!die)
    find(AuditKind::die_form, "nxp_cert",
         "its content has a form that is not known; it is compared as a whole");
  if (die) die_uuid_ = to_hex(die->uuid);
  if (plan_.nxp_engine == nullptr) return;
  if (!die) return find(AuditKind::die_authority, "nxp_cert", "no signature can be read from it");
  nxp_.items.push_back({sha256(die->signed_part), die->signature});
  nxp_.pending.push_back({records_.size() - 1, AuditKind::die_authority, "nxp_cert"});
}

void RecordCheck::check_certificates(const AuditRecord& record) {
  for (std::size_t i = 0; i < kOemColumns; ++i) {
    if (record.oem_certs[i].empty()) continue;
    ++records_.back().certificates;
    check_certificate(i, record.oem_certs[i]);
  }
  const auto wanted = plan_.certificates.count;
  if (!wanted || records_.back().certificates == *wanted) return;
  find(AuditKind::certificate_count, "",
       fmt::format("it has {} device certificates; expected {}", records_.back().certificates, *wanted));
}

void RecordCheck::check_certificate(std::size_t column, ByteView der) {
  const std::string_view field = column_name(column);
  if (der.size() > kLongestCertificate)
    return find(AuditKind::width, field,
                fmt::format("it has {} bytes, more than {}", der.size(), kLongestCertificate));
  if (!is_one_der_item(der, kDerSequence))
    return find(AuditKind::borders, field,
                fmt::format("its {} bytes are not exactly one DER structure", der.size()));
  DeviceCertificate certificate;
  std::string_view problem;
  if (!read_device_certificate(der, certificate, problem))
    return find(AuditKind::certificate_form, field, std::string(problem));
  const bool is_key = plan_.oem_engine == nullptr || is_on_curve(certificate.key);  // costs what reading does
  if (!is_key && !certificate.early)
    return find(AuditKind::certificate_form, field, "its key is no point of P-256");
  if (certificate.early) {
    find(AuditKind::certificate_early, field,
         is_key ? "its serial number or signature is not in DER"
                : "its serial number or signature is not in DER, and its key is no point of P-256");
  }
  if (is_key) records_.back().keys.push_back(sha256(certificate.key_info));
  check_names(field, certificate);
  if (plan_.oem_engine == nullptr) return;
  oem_.items.push_back({sha256(certificate.signed_part), certificate.signature});
  oem_.pending.push_back({records_.size() - 1, AuditKind::certificate_authority, field});
}

void RecordCheck::check_names(std::string_view field, const DeviceCertificate& certificate) {
  const CertificateRules& rules = plan_.certificates;
  if (rules.valid_at &&
      (*rules.valid_at < certificate.not_before || *rules.valid_at > certificate.not_after)) {
    find(AuditKind::certificate_validity, field,
         fmt::format("it is valid from {} to {}, not at {}", to_text(certificate.not_before),
                     to_text(certificate.not_after), to_text(*rules.valid_at)));
  }
  if (rules.issuer && issuer_text(certificate.issuer) != *rules.issuer) {
    find(AuditKind::certificate_issuer, field,
         fmt::format("its issuer is \"{}\"", escaped(issuer_text(certificate.issuer))));
  }
  if (!rules.subject && !rules.names_die) return;
  const auto name = device_name(certificate.common_name);
  if (rules.subject && (!name || name->prefix != *rules.subject)) {
    find(AuditKind::certificate_subject, field,
         fmt::format("its common name is \"{}\"; expected \"{}\", 32 hex digits, a dash and two",
                     escaped(certificate.common_name), escaped(*rules.subject)));
  }
  if (rules.names_die && (!name || name->uuid != die_uuid_)) {
    find(AuditKind::certificate_die, field,
         fmt::format("its common name is \"{}\"; the UUID of the die is {}", escaped(certificate.common_name),
                     die_uuid_));
  }
}

const std::string& RecordCheck::issuer_text(ByteView der) {
  if (!std::ranges::equal(der, last_issuer_)) {
    last_issuer_.assign(der.begin(), der.end());
    last_issuer_text_ = name_text(der);
  }
  return last_issuer_text_;
}

void RecordCheck::reject(const Queue& queue, VerifyEngine* engine) {
  if (queue.items.empty()) return;
  std::vector<Verdict> verdicts(queue.items.size(), Verdict::rejected);
  engine->verify(queue.items, verdicts);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i] == Verdict::accepted) continue;
    const Pending& pending = queue.pending[i];
    RecordFacts& facts = records_[pending.record];
    std::string problem = pending.field == "signature"
                              ? fmt::format("Log entry #{} has an invalid signature!", facts.id)
                              : "its signature is not by the key given";
    facts.findings.push_back(
        {pending.kind, facts.id, facts.counter, std::string(pending.field), std::move(problem)});
  }
}

std::vector<RecordFacts> RecordCheck::finish() {
  reject(log_, plan_.log_engine.get());
  reject(nxp_, plan_.nxp_engine.get());
  reject(oem_, plan_.oem_engine.get());
  log_ = {};
  nxp_ = {};
  oem_ = {};
  return std::exchange(records_, {});
}

}  // namespace quittance::audit
