// What operators do to receipts that will not fit by themselves: rerun, amend, resolve, settle. Each
// act says why, is journalled, and moves receipts to a named place; nothing disappears.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/receipts.h"
#include "ledger/transmissions.h"

namespace quittance {

// Which receipts a rerun takes. `refused` says, for people, why one is left where it is.
struct RerunChoice {
  std::vector<ReceiptRow> take;
  std::vector<std::pair<ReceiptRow, std::string>> refused;
  bool supersedes = false;  // the whole transmission was refused: its unanswered receipts go too
};
[[nodiscard]] RerunChoice choose_for_rerun(const std::vector<ReceiptRow>& candidates);
// Puts them back into the queue within one act. `superseded`: a refused transmission, 0 for none.
std::int64_t rerun(Ledger& ledger, const std::string& object, const std::vector<ReceiptRow>& receipts,
                   std::int64_t superseded, const std::string& reason);

struct Amendment {
  std::string field;  // flag, imei, model, operator, sip-soc, channel, or a custom item
  std::string value;
};
// The receipt of this SUID that can be amended: the newest that is neither on its way nor accepted.
// Throws Failure(usage) when there is none.
[[nodiscard]] ReceiptRow amendable(Ledger& ledger, const Suid& suid);
// The value of a field as it would be sent now.
[[nodiscard]] std::string current_value(Ledger& ledger, const ReceiptRow& row, const std::string& field);
void amend(Ledger& ledger, const ReceiptRow& row, const std::vector<Amendment>& amendments,
           const std::string& reason, bool rerun_too);

// Of the unsent receipts of one device keeps the one whose digest begins with `keep` (hex); the others
// are settled. Throws Failure(usage) when nothing is in conflict or the choice is not clear.
ReceiptRow resolve(Ledger& ledger, const Suid& suid, const std::string& keep, const std::string& reason);

// Closes what is open of this device: as "accepted" (by other means) or "written-off".
std::vector<ReceiptRow> settle(Ledger& ledger, const Suid& suid, const std::string& as,
                               const std::string& reason);

}  // namespace quittance
