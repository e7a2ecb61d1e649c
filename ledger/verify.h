// journal verify: replays the journal against the tables. The chain of hashes, the digest over the
// rows of every entry, and every state in every table must be what the entries make of them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/fault.h"
#include "ledger/ledger.h"

namespace quittance {

struct Verified {
  std::int64_t entries = 0;
  std::int64_t receipts = 0;
  JournalHead head;
};

// Reports each thing that does not fit. `against`: a head that was noted earlier, "<seq> <hash>" or
// the hash alone; it must be in the history.
Verified verify_journal(Ledger& ledger, const std::optional<std::string>& against,
                        const std::function<void(Fault)>& on_fault);

}  // namespace quittance
