// What can be wrong with an audit log, each with its stable name, its severity and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quittance {

enum class AuditSeverity : std::uint8_t {
  information,  // counted and told; changes nothing
  warning,      // worth knowing; changes nothing
  alarm,        // the proof holds, but what it proves must be looked at (exit 3)
  breaks,       // the log proves nothing from here on (exit 3)
};

// In the order of the table; the numbers go through pipes and are nobody else's business.
enum class AuditKind : std::uint8_t {
  not_sqlite,
  damaged,
  schema,
  properties,
  journal,
  empty,
  unverified,
  no_owner,
  typed_owner,
  wrong_card,
  over_quota,
  rollback,
  cut_tail,
  surplus,
  fork,
  hidden,
  order,
  type,
  width,
  borders,
  signature,
  lost_certificates,
  der_signature,
  chain,
  start,
  counter,
  lost,
  die_form,
  die_authority,
  die_retry,
  die_repeated,
  certificate_form,
  certificate_early,
  certificate_authority,
  certificate_validity,
  certificate_issuer,
  certificate_subject,
  certificate_die,
  certificate_count,
  certificate_repeated,
};

struct AuditKindEntry {
  AuditKind kind;
  std::string_view name;  // stable: "record.chain"
  AuditSeverity severity;
  std::string_view meaning;
  std::string_view mend;
};

// One thing that was found. `record` is the id in the log's table (0: the log as a whole).
struct AuditFinding {
  AuditKind kind = AuditKind::damaged;
  std::int64_t record = 0;
  std::optional<std::uint32_t> counter;
  std::string field;    // column, may be empty
  std::string problem;  // foreign text already escaped
};

[[nodiscard]] std::span<const AuditKindEntry> audit_kinds();
[[nodiscard]] const AuditKindEntry& entry_of(AuditKind kind);
[[nodiscard]] std::optional<AuditKind> audit_kind(std::uint8_t number);  // nothing for an unknown number
[[nodiscard]] std::string_view name(AuditSeverity severity);
[[nodiscard]] inline bool rejects(AuditKind kind) { return entry_of(kind).severity >= AuditSeverity::alarm; }

}  // namespace quittance
