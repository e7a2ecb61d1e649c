// What records say about each other: order of the ids, chain of the hashes, counters that count. Fed
// with the records in the order of the table, whoever judged them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "audit/record_facts.h"

namespace quittance::audit {

// What must come before the first record.
struct Start {
  std::int64_t id = 0;
  std::optional<std::uint32_t> counter = 0;  // nothing: not known, the first one is not held against it
  Digest hash{};                             // 32 zero bytes for a fresh card
};

class Sequence {
 public:
  explicit Sequence(const Start& start) : id_(start.id), counter_(start.counter), hash_(start.hash) {}
  // Adds to `record` what it says in the light of the one before.
  void take(RecordFacts& record);
  // Records are missing here because they could not be verified: the next one is not held against them.
  void skip(std::int64_t last_id);
  [[nodiscard]] std::optional<std::uint32_t> last_counter() const { return last_counter_; }
  [[nodiscard]] std::optional<Digest> last_hash() const { return hash_; }

 private:
  void check_id(RecordFacts& record) const;
  void check_chain(RecordFacts& record, bool is_proven) const;
  std::int64_t id_;
  std::optional<std::uint32_t> counter_;
  std::optional<Digest> hash_;
  std::optional<std::uint32_t> last_counter_;
  bool is_proven_ = true;  // the record before, by itself: its counter can be believed
  bool is_first_ = true;
};

}  // namespace quittance::audit
