// What could not be believed, and what an operator decided about it.
#pragma once

#include <fmt/format.h>
#include <optional>
#include <string>
#include <vector>

#include "ledger/files.h"

namespace quittance {

struct QuarantineItem {
  std::int64_t seq = 0;
  std::int64_t n = 0;
  IncomingFile file;
  QuarantinedLine what;
  std::string disposal;  // empty while open, else released or discarded
  [[nodiscard]] std::string id() const { return fmt::format("{}.{}", seq, n); }
};

// Open items, or all.
void each_quarantined(Ledger& ledger, bool open_only,
                      const std::function<void(const QuarantineItem&)>& visit);
// Throws Failure(usage) when there is no such item.
[[nodiscard]] QuarantineItem quarantine_item(Ledger& ledger, const std::string& id);
// Notes the decision within an act; "released" or "discarded". Throws Failure(usage) when it is decided.
void dispose(Act& act, const QuarantineItem& item, const std::string& what, const std::string& reason);
// A whole file that could not be believed, with its own act.
void quarantine_file(Act& act, const IncomingFile& file, const std::string& id, const std::string& problem);

}  // namespace quittance
