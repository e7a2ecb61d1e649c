// What a worker found out about one record by itself, without those around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/wire.h"
#include "base/digest.h"
#include "records/audit_finding.h"

namespace quittance::audit {

struct RecordFacts {
  std::int64_t id = 0;
  std::optional<std::uint32_t> counter;  // nothing where the column has another type or width
  std::optional<Digest> start_hash;
  std::optional<Digest> new_hash;  // nothing where a column that goes into it has another type
  std::optional<Digest> die;       // SHA-256 of the die's key, or of the whole identity if unknown
  std::vector<Digest> keys;        // SHA-256 of each certificate's SubjectPublicKeyInfo
  std::uint8_t certificates = 0;   // OEM columns that hold something
  std::vector<AuditFinding> findings;

  [[nodiscard]] bool has_rejecting() const;
};

void put(WireWriter& out, const AuditFinding& finding);
[[nodiscard]] AuditFinding take_finding(WireReader& in);

[[nodiscard]] std::string encode(const std::vector<RecordFacts>& records);
// Throws WireError.
[[nodiscard]] std::vector<RecordFacts> decode_records(std::string_view message);

}  // namespace quittance::audit
