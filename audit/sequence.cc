#include "audit/sequence.h"

#include <fmt/format.h>

namespace quittance::audit {
namespace {

void find(RecordFacts& record, AuditKind kind, std::string field, std::string problem) {
  record.findings.push_back({kind, record.id, record.counter, std::move(field), std::move(problem)});
}

std::string hex(const Digest& digest) { return to_hex(digest); }

}  // namespace

void Sequence::take(RecordFacts& record) {
  const bool is_proven = !record.has_rejecting();
  check_id(record);
  check_chain(record, is_proven);
  is_proven_ = is_proven;
  is_first_ = false;
  id_ = record.id;
  counter_ = record.counter;
  hash_ = record.new_hash;
  if (record.counter) last_counter_ = record.counter;
}

void Sequence::skip(std::int64_t last_id) {
  is_first_ = false;
  id_ = last_id;
  counter_.reset();
  hash_.reset();
}

void Sequence::check_id(RecordFacts& record) const {
  if (record.id == id_ + 1) return;
  find(record, AuditKind::order, "id", fmt::format("the id is {}; expected {}", record.id, id_ + 1));
}

void Sequence::check_chain(RecordFacts& record, bool is_proven) const {
  const bool is_linked = !hash_ || !record.start_hash || *hash_ == *record.start_hash;
  const bool is_next = !counter_ || !record.counter || std::uint64_t{*counter_} + 1 == *record.counter;
  const bool is_one_missing = !is_linked && is_proven && is_proven_ && counter_ && record.counter &&
                              std::uint64_t{*counter_} + 2 == *record.counter;
  if (is_one_missing) {
    return find(
        record, AuditKind::lost, "start_hash",
        fmt::format("the record with counter {} is missing: the host crashed between the card's answer and "
                    "its INSERT, or the record was removed",
                    *counter_ + 1));
  }
  if (!is_linked && is_first_) {
    find(record, AuditKind::start, "start_hash",
         fmt::format("the chain begins with {}; expected {}", hex(*record.start_hash), hex(*hash_)));
  } else if (!is_linked) {
    find(record, AuditKind::chain, "start_hash",
         fmt::format(
             "Audit log chain is broken between records #{} - #{}: the start hash is {}; expected {}, the "
             "hash of the record before",
             record.id - 1, record.id, hex(*record.start_hash), hex(*hash_)));
  }
  if (!is_next) {
    find(record, AuditKind::counter, "prod_counter",
         fmt::format("the counter is {}; expected {}", *record.counter, std::uint64_t{*counter_} + 1));
  }
}

}  // namespace quittance::audit
