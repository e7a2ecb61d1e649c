// Taking receipts in: what an arriving receipt is to what the ledger already has of that device.
// Repeats, re-work, new generations, conflicts and devices seen at two sites are told apart here.
#pragma once

#include <string>
#include <vector>

#include "ledger/files.h"
#include "ledger/row_bytes.h"
#include "records/receipt.h"

namespace quittance {

struct IntakeRules {
  IncomingFile file;
  std::string channel;
  bool newest_rework_wins = false;  // drop setting rework = newest
};

enum class Taken {
  collected,
  repeat,              // same bytes: nothing is stored
  new_generation,      // flag 1: the device was refurbished
  replaced_earlier,    // re-work: the newest takes the place of the unsent one
  held_conflict,       // two unsent receipts of one device: an operator decides
  held_after_sending,  // another receipt of the device is already on its way
  held_unsigned,       // no configured KPH signed it
};

struct TakenReceipt {
  Taken what = Taken::collected;
  std::string note;  // for people: the other file, site or receipt
  bool other_site = false;
  int warned_code = 0;  // 112 or 114, predicted from our own history
};

class Intake {
 public:
  Intake(Act& act, IntakeRules rules);
  // Receipts are to come in the order of their SUIDs: each index page is then visited once.
  TakenReceipt take(const Receipt& receipt, const Digest& digest, std::int64_t line, bool is_signed);
  [[nodiscard]] std::int64_t taken() const { return taken_; }
  // Adds the counts and id range to the act. Call once, at the end.
  void finish();

 private:
  struct Known {
    std::int64_t id;
    Digest digest;
    std::int64_t generation;
    ReceiptState state;
    std::string reason;
    std::string site;
    std::int64_t transmission;
    bool withdrawable;  // in a transmission that was never tried
  };
  [[nodiscard]] bool is_new(const Suid& suid);
  [[nodiscard]] std::vector<Known> known(const Suid& suid);
  [[nodiscard]] int history(const Suid& suid, const Digest& digest);  // 0 none, 1 other bytes, 2 these bytes
  TakenReceipt judge(const Receipt& receipt, const Digest& digest, const std::vector<Known>& earlier,
                     std::int64_t& generation);
  TakenReceipt judge_first(const Receipt& receipt, const Digest& digest);
  TakenReceipt judge_rework(const Receipt& receipt, const std::vector<Known>& rivals);
  void unsend(Known& earlier);
  void store(const Receipt& receipt, const Digest& digest, std::int64_t line, std::int64_t generation);
  void hold(const Receipt& receipt, const TakenReceipt& taken);

  Act& act_;
  IntakeRules rules_;
  std::int64_t channel_;
  std::int64_t first_id_;
  std::int64_t next_id_;
  std::int64_t taken_ = 0;
  bool has_history_;
  // Between these two, both left out, the ledger has no receipt. Nothing: up to the last of all SUIDs.
  Suid gap_begins_;
  std::optional<Suid> gap_ends_;
  bool has_gap_ = false;
  Statement next_suid_;
  Statement known_;
  Statement insert_receipt_;
  Statement insert_delivery_;
  RowBytes bytes_;
};

// What the digest of a `collect` entry covers of each receipt, as delivered.
extern const char* const kDeliveredColumns;

}  // namespace quittance
