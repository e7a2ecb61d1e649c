// The journal: every change of state leaves an entry that carries the SHA-256 of the entry before, so
// that history can't be rewritten without changing the head.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "ledger/database.h"

namespace quittance {

struct JournalEntry {
  std::int64_t seq = 0;
  Seconds at = 0;
  std::string who;
  std::string what;
  std::string object;
  std::int64_t count = 0;
  Digest digest{};
  std::string detail;  // JSON
  Digest previous{};
  Digest hash{};
};

// SHA-256 over all fields but `hash`, each behind its length.
[[nodiscard]] Digest hash_of(const JournalEntry& entry);

struct JournalHead {
  std::int64_t seq = 0;
  Digest hash{};  // zeros before the first entry
};

class Journal {
 public:
  Journal(Database& database, std::string who) : database_(database), who_(std::move(who)) {}
  [[nodiscard]] JournalHead head();
  // Appends within the caller's transaction. `seq` must be that of the head plus one.
  void append(std::int64_t seq, Seconds at, const std::string& what, const std::string& object,
              std::int64_t count, const Digest& digest, const nlohmann::json& detail);
  // Every entry in order, from `first` on.
  void each(std::int64_t first, const std::function<void(const JournalEntry&)>& visit);

 private:
  Database& database_;
  std::string who_;
};

// user@host of this process.
[[nodiscard]] std::string who_acts();

}  // namespace quittance
