// Reading receipts with their amendments, and finding them for operators.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "records/receipt.h"

namespace quittance {

// Walks over receipts with all that is sent of them. Their thick rows are read once, in order.
class ReceiptCursor {
 public:
  // `where`: condition and order over `r` (receipt); `?1` is `value`.
  ReceiptCursor(Ledger& ledger, const std::string& where, std::int64_t value);
  // Throws Failure(machine) when a receipt's stored bytes are gone or of the wrong size.
  [[nodiscard]] bool next();
  [[nodiscard]] const Receipt& receipt() const { return receipt_; }
  [[nodiscard]] std::int64_t id() const { return id_; }
  // Another receipt of the same device may wait before this one: it was never the only one, or it
  // comes back from an earlier transmission.
  [[nodiscard]] bool may_have_sibling() const { return may_have_sibling_; }

 private:
  void apply_amendments();
  Ledger& ledger_;
  Statement rows_;
  Receipt receipt_;
  std::int64_t id_ = 0;
  bool may_have_sibling_ = false;
};

struct ReceiptRow {
  std::int64_t id = 0;
  Suid suid;
  Digest digest{};
  std::int64_t file = 0;
  std::int64_t line = 0;
  std::string channel;
  int flag = 0;
  std::int64_t generation = 1;
  ReceiptState state = ReceiptState::collected;
  std::int64_t retries = 0;
  std::int64_t transmission = 0;  // 0: none
  std::string tid;
  TransmissionState transmission_state = TransmissionState::reserved;
  std::optional<int> code;
  std::string reason;
  [[nodiscard]] std::string_view spoken() const { return spoken_state(state, transmission_state); }
};

[[nodiscard]] std::vector<ReceiptRow> receipts_of(Ledger& ledger, const Suid& suid);
[[nodiscard]] std::vector<ReceiptRow> members_of(Ledger& ledger, std::int64_t transmission);
// Rejected or held receipts whose last code is this.
[[nodiscard]] std::vector<ReceiptRow> failed_with_code(Ledger& ledger, int code);

// Feeds (SUID, digest, earlier transmission) of each member in the order of the file.
void feed_members(Database& database, std::int64_t transmission, Sha256& sha);

}  // namespace quittance
