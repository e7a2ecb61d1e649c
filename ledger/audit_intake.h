// Verified records of a card into the ledger, held against all that other deliveries brought: chains
// over the union of the logs, forks, gaps that a later delivery fills, keys that were seen before.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "ledger/cards.h"
#include "ledger/files.h"

namespace quittance {

struct AuditRow {
  std::int64_t record = 0;  // its id in the log
  std::int64_t counter = 0;
  Digest hash{};
  Digest start{};            // hash of the record before
  Digest die{};              // of the die's key
  std::vector<Digest> keys;  // of each certificate's key
  bool flawed = false;
};

// Something that people must look at.
struct AuditRemark {
  std::string kind;     // audit.fork, ...
  std::int64_t record;  // in the log, 0 for the card as a whole
  std::string words;
};

// An unbroken chain of records.
struct Chain {
  std::int64_t first = 0;
  std::int64_t last = 0;
  Digest start{};
  Digest hash{};
};
[[nodiscard]] std::vector<Chain> chains_of(Ledger& ledger, const Card& card);

// The last record that an earlier delivery of a source held: what stands behind it is new.
struct GoOn {
  std::int64_t record = 0;  // its id in the log
  std::int64_t counter = 0;
  Digest hash{};
};

class AuditIntake {
 public:
  using OnRemark = std::function<void(const AuditRemark&)>;
  AuditIntake(Act& act, Card card, IncomingFile file, OnRemark on_remark);
  // In the order of the log.
  void take(const AuditRow& row);
  // `found`: records in the whole log; `behind`: where its verification began.
  void finish(std::int64_t found, const GoOn& behind);

  [[nodiscard]] std::int64_t taken() const { return taken_; }
  [[nodiscard]] std::int64_t known() const { return known_; }
  [[nodiscard]] std::int64_t retries() const { return retries_; }

 private:
  using Print = std::array<std::uint8_t, 16>;
  struct Key {
    Print print;
    std::int64_t counter;
    std::int64_t record;
    const char* what;
    bool retry;
  };

  [[nodiscard]] bool is_known(const AuditRow& row);
  [[nodiscard]] bool is_retry(const AuditRow& row);
  void store(const AuditRow& row);
  void link(const AuditRow& row);
  void note_keys(const AuditRow& row, bool retry);
  void flush_keys();
  void look_up(const Key& key);
  void judge_gaps(const std::vector<Chain>& before);
  void judge_start();
  void judge_quota();
  void judge_counters();
  void judge_rollback();
  void remark(const char* kind, std::int64_t record, const std::string& object, const std::string& words);
  // A finding about the card as a whole: open while `words` is not empty.
  void keep_open(const char* kind, const std::string& words);

  Act& act_;
  Card card_;
  IncomingFile file_;
  OnRemark on_remark_;
  std::vector<Chain> before_;
  std::vector<Chain> chains_;  // by their first counter
  std::int64_t highest_ = 0;   // of all that the card signed
  std::int64_t top_ = 0;       // of this log
  std::int64_t first_ = 0;     // counters that were new
  std::int64_t last_ = 0;
  std::int64_t taken_ = 0;
  std::int64_t known_ = 0;
  std::int64_t retries_ = 0;
  std::int64_t previous_counter_ = 0;
  Print previous_die_{};
  std::vector<Key> keys_;
  Statement insert_;
  Statement at_counter_;
  Statement insert_key_;
};

// The rows of one verification, as the journal's digest covers them.
std::int64_t feed_audit_records(Database& database, std::int64_t seq, Sha256& sha);

// Where to go on verifying a log of this source: nothing when all of it must be verified.
[[nodiscard]] std::optional<GoOn> go_on(Ledger& ledger, const Card& card, const std::string& source);

}  // namespace quittance
