// Judging records one by one, a chunk at a time: what a record says by itself, its three kinds of
// signatures, its certificates. What two records say about each other is the parent's business.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/certificate_check.h"
#include "audit/foreign_database.h"
#include "audit/record_facts.h"
#include "audit/verify_engine.h"
#include "records/tp_container.h"

namespace quittance::audit {

// Made before the workers, who share it.
struct CheckPlan {
  std::shared_ptr<VerifyEngine> log_engine;
  std::shared_ptr<VerifyEngine> oem_engine;  // nothing: no CA key was given
  std::shared_ptr<VerifyEngine> nxp_engine;  // likewise
  CertificateRules certificates;
};

// The columns that a record is read from, in the order of RecordCheck::add.
inline constexpr std::string_view kRecordQuery =
    "SELECT nxp_cert, oem_cert_0, oem_cert_1, oem_cert_2, oem_cert_3, prod_counter, start_hash, signature "
    "FROM records WHERE id = ?1";

class RecordCheck {
 public:
  explicit RecordCheck(const CheckPlan& plan) : plan_(plan) {}
  // Takes the row that the statement stands on, or the reason why there is none.
  void add(std::int64_t id, const ForeignStatement& row);
  void add_hidden(std::int64_t id);
  void add_unreadable(std::int64_t id, AuditKind kind, const std::string& problem);
  // Verifies the signatures, and gives the records in the order in which they came.
  [[nodiscard]] std::vector<RecordFacts> finish();

 private:
  struct Pending {  // a signature that waits, and what its rejection means
    std::size_t record = 0;
    AuditKind kind = AuditKind::signature;
    std::string_view field;
  };
  struct Queue {
    std::vector<SignedDigest> items;
    std::vector<Pending> pending;
  };
  void find(AuditKind kind, std::string_view field, std::string problem);
  [[nodiscard]] bool read_columns(const ForeignStatement& row, AuditRecord& record);
  void check_signature(const AuditRecord& record);
  void check_die(const AuditRecord& record);
  void check_certificates(const AuditRecord& record);
  void check_certificate(std::size_t column, ByteView der);
  void check_names(std::string_view field, const DeviceCertificate& certificate);
  void reject(const Queue& queue, VerifyEngine* engine);
  [[nodiscard]] const std::string& issuer_text(ByteView der);

  const CheckPlan& plan_;
  std::vector<RecordFacts> records_;
  Queue log_;
  Queue oem_;
  Queue nxp_;
  std::string die_uuid_;  // of the record in work, 32 hex digits or empty
  Bytes last_issuer_;
  std::string last_issuer_text_;
};

}  // namespace quittance::audit
