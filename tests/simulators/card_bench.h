// A small language for the tests of cards: a card in a temporary folder, its logs, and a second pair of
// eyes on hash, signature and chain.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/fault.h"
#include "simulators/tamper.h"
#include "tests/support/scratch.h"

namespace quittance::simulators {

// The published data of the genuine tool.
inline Path genuine(const std::string& name) {
  const char* source = std::getenv("QUITTANCE_SOURCE");
  return Path(source == nullptr ? "." : source) / "../shared/data/spsdk" / name;
}

inline RawSignature raw_of(ByteView bytes) {
  RawSignature raw{};
  if (bytes.size() != raw.size()) throw std::runtime_error("a signature is not 64 bytes");
  std::copy(bytes.begin(), bytes.end(), raw.begin());
  return raw;
}

inline ByteView bytes_of(const AuditRow& row, std::size_t column) {
  return std::get<Bytes>(row.cells[column]);
}

inline bool is_signed(const AuditRow& row, const P256Key& key) {
  return key.verify(new_hash(row), raw_of(bytes_of(row, kSignature)));
}

inline bool starts_with(const AuditRow& row, const Digest& hash) {
  return std::ranges::equal(bytes_of(row, kStartHash), hash);
}

// Signature, chain and counters of the whole log, from the first record of a card on.
inline bool is_sound(const AuditLog& log, const P256Key& key) {
  Digest head{};
  std::uint32_t counter = 0;
  for (const AuditRow& row : log.rows) {
    if (!is_signed(row, key) || !starts_with(row, head) || counter_of(row) != ++counter) return false;
    head = new_hash(row);
  }
  return true;
}

class CardBench {
 public:
  CardBench() {
    order.out = scratch_ / "card";
    order.keys = scratch_ / "keys";
    order.records = 24;
    order.jobs = 2;
    state.plan.card = "105276681024525924";
    state.plan.valid_from = 1767225600;
  }
  CardResult run() { return run_card(state, order); }
  [[nodiscard]] AuditLog log(const std::string& name = "tp_audit_log.db") const {
    return read_audit_log(order.out / name);
  }
  [[nodiscard]] std::string file(const std::string& name = "tp_audit_log.db") const {
    return Scratch::content(order.out / name);
  }
  [[nodiscard]] CardKeys keys() const { return CardKeys::read(order.keys); }
  [[nodiscard]] Path path(const std::string& name) const { return scratch_ / name; }

  CardState state;
  CardOrder order;

 private:
  Scratch scratch_;
};

}  // namespace quittance::simulators
