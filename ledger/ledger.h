// The one memory: an encrypted database with the receipts, their life, and the journal. SQL is in
// this folder and nowhere else.
#pragma once

#include <functional>
#include <string>

#include "ledger/database.h"
#include "ledger/journal.h"
#include "records/life.h"

namespace quittance {

inline constexpr int kSchemaVersion = 1;

class Ledger {
 public:
  // Makes `state`/ledger.db and the value by which a wrong key is told from a damaged file.
  static void create(const Path& state, const Secret& key, const std::string& oem);
  Ledger(const Path& state, const Secret& key, Access access);

  [[nodiscard]] Database& database() { return database_; }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] std::string meta(const std::string& name);
  // The number of a channel's name; a new one is given only while writing.
  [[nodiscard]] std::int64_t channel(const std::string& name);
  [[nodiscard]] std::string channel_name(std::int64_t id);

 private:
  friend class Act;
  friend class Batch;
  Database database_;
  Journal journal_;
  bool in_batch_ = false;
};

// Several acts in one transaction: many small files cost one sync.
class Batch {
 public:
  explicit Batch(Ledger& ledger);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  void commit();

 private:
  Ledger& ledger_;
  Transaction transaction_;
};

// One change of state with its journal entry, in one transaction (or in the batch around it).
// Nothing happened unless commit() returned.
class Act {
 public:
  Act(Ledger& ledger, std::string what, std::string object);
  Act(const Act&) = delete;
  Act& operator=(const Act&) = delete;

  [[nodiscard]] std::int64_t seq() const { return seq_; }
  [[nodiscard]] Seconds at() const { return at_; }
  [[nodiscard]] Ledger& ledger() { return ledger_; }
  [[nodiscard]] Database& database() { return ledger_.database(); }
  [[nodiscard]] nlohmann::json& detail() { return detail_; }
  void rename(std::string object) { object_ = std::move(object); }
  // Rows that have no seq of their own (receipts, members) are fed here, in order of their keys.
  [[nodiscard]] Sha256& rows() { return rows_; }
  void count(std::int64_t rows) { count_ += rows; }

  // Facts of this act.
  void change(std::int64_t receipt, ReceiptState was, ReceiptState state, const std::string& reason);
  void finding(const std::string& kind, const std::string& object, const std::string& detail);
  // Closes what is open about this object.
  void close_findings(const std::string& object);
  void tally(const std::string& kind, const std::string& key, std::int64_t delta);
  void move_tally(ReceiptState from, ReceiptState to, std::int64_t receipts = 1);

  void commit();

 private:
  Ledger& ledger_;
  std::unique_ptr<Transaction> transaction_;
  std::int64_t seq_;
  Seconds at_ = now();
  std::string what_;
  std::string object_;
  Sha256 rows_;
  std::int64_t count_ = 0;
  std::int64_t findings_ = 0;
  nlohmann::json detail_ = nlohmann::json::object();
};

// Feeds the fact rows of entry `seq` (answer, sending, change, ...) to the digest, in a fixed order;
// gives their number. The one definition that writing and verifying share.
std::int64_t feed_facts(Database& database, std::int64_t seq, Sha256& sha);

// What ledger.check holds: tells a wrong key from a damaged ledger and says nothing about the key.
[[nodiscard]] std::string key_check_value(const Secret& key);

}  // namespace quittance
