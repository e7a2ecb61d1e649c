// Verifying one log from its first byte to its last finding.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "audit/evidence.h"
#include "audit/facts_stream.h"
#include "audit/record_check.h"
#include "audit/scout.h"
#include "audit/sequence.h"
#include "base/report.h"

namespace quittance::audit {

struct Expectations {
  std::optional<std::string> card;       // the log's tp_device_id
  std::optional<std::uint64_t> records;  // that the log must have
  std::optional<std::uint32_t> counter;  // of the last record
  std::optional<std::uint32_t> quota;    // highest counter that was authorised
  std::optional<Digest> since_hash;      // of the last record verified before
  std::optional<std::uint32_t> since_counter;
  std::optional<std::int64_t> since_row;  // its id in this file: only what stands behind it is verified
};

struct VerifyRequest {
  std::string log;  // as the caller named it
  Point key{};
  std::optional<Point> oem_ca;
  std::optional<Point> nxp_ca;
  CertificateRules certificates;
  Expectations expected;
  EngineChoice engine = EngineChoice::by_size;
  unsigned processes = 1;
  std::size_t chunk_rows = kChunkRows;
  std::optional<int> facts_fd;
};

struct KindCount {
  std::uint64_t count = 0;
  std::int64_t first_record = 0;
};

struct Verification {
  Properties properties;
  std::uint64_t found = 0;         // records that the walk met
  std::uint64_t verified = 0;      // of them, without any finding that rejects
  std::uint64_t certificates = 0;  // device certificates in the records
  std::optional<std::uint32_t> last_counter;
  std::optional<Digest> last_hash;
  std::map<AuditKind, KindCount> findings;

  [[nodiscard]] bool is_accepted() const;
  [[nodiscard]] std::uint64_t count(AuditKind kind) const;
};

// Findings that reject and warnings become faults of the report, in an order that does not depend on the
// number of processes; information is only counted.
[[nodiscard]] Verification verify(const Evidence& evidence, const VerifyRequest& request, Report& report);

// How many records there should be by what came from outside the file, and who says so.
struct Stated {
  std::uint64_t records = 0;
  std::string source;
};
[[nodiscard]] std::optional<Stated> stated_count(const Expectations& expected);

}  // namespace quittance::audit
