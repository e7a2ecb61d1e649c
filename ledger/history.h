// What was sent before this ledger existed.
#pragma once

#include <string>

#include "ledger/files.h"
#include "records/suid.h"

namespace quittance {

struct HistoryLine {
  Suid suid;
  Digest digest{};  // SHA-256 of the receipt's 768 bytes
  Seconds at = 0;
  std::string tid;
};
// False when the ledger knows this receipt of this device already.
[[nodiscard]] bool add_history(Act& act, const HistoryLine& line);
// Feeds all lines of the entry to its digest, in the order of their SUIDs; gives their number.
std::int64_t feed_history(Database& database, std::int64_t seq, Sha256& sha);

}  // namespace quittance
