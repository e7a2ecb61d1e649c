// The invariants of the ledger's content, beyond what the journal's replay shows.
#pragma once

#include <functional>

#include "base/fault.h"

#include "ledger/transmissions.h"

namespace quittance {

// Reports what does not hold: stored bytes that do not have their digest, a device accepted twice in
// one generation, a damaged page.
void check_content(Ledger& ledger, const std::function<void(Fault)>& on_fault);

// Every file that came in and is finished, and where its kind belongs.
struct KeptFile {
  std::int64_t id = 0;
  std::string kind;
  bool quarantined = false;
  bool released = false;  // it went back to where it arrived
  std::string name;
  std::string sha256;  // hex, empty for quarantined ones
};
void each_kept_file(Ledger& ledger, const std::function<void(const KeptFile&)>& visit);

}  // namespace quittance
