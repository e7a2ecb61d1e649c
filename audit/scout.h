// The process that looks at a log as a file before others read its records: header, schema, properties,
// one plain walk over the whole table, and SQLite's own check of all pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/evidence.h"
#include "audit/worker_process.h"
#include "records/audit_finding.h"

namespace quittance::audit {

inline constexpr std::size_t kChunkRows = 1024;  // ids that go to a worker at once

struct Properties {
  int version = 0;  // 2: with the table properties, 1: without; 0: it can't be told
  std::string tp_device_id;
};

// What the scout tells, in this order: the properties, chunks of ids as the walk meets them, findings.
class Scout {
 public:
  // `after`: walks only the rows with a greater id, and leaves the check of all pages out.
  Scout(const Evidence& evidence, std::optional<std::int64_t> after, std::size_t chunk_rows = kChunkRows);
  [[nodiscard]] const Properties& properties() const { return properties_; }
  // Ids that the next chunk will have; known from the beginning.
  [[nodiscard]] std::size_t waiting() const { return chunk_.size(); }
  // The next chunk of the walk; nothing at its end.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> next_chunk();
  // Waits for the rest; what was found about the file, a scout that died included.
  [[nodiscard]] std::vector<AuditFinding> finish();

 private:
  bool take_message();
  WorkerProcess process_;
  Properties properties_;
  std::vector<std::int64_t> chunk_;
  std::int64_t last_id_ = 0;
  bool walk_done_ = false;
  bool done_ = false;
  std::vector<AuditFinding> findings_;
};

// The part of the scout that runs in its own process; `send` gets each message.
void look_at_file(const Evidence& evidence, std::optional<std::int64_t> after, std::size_t chunk_rows,
                  Channel& channel);

}  // namespace quittance::audit
