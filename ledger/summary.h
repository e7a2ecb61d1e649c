// The counts at a glance, read from what is kept along the way; never a scan over the receipts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace quittance {

struct Summary {
  std::map<std::string, std::int64_t>
      receipts;  // collected, assigned, sent, accepted, rejected, held, settled
  std::map<std::string, std::int64_t>
      transmissions;  // built, unknown, sent, acknowledged, overdue, refused, superseded
  std::map<std::string, std::int64_t> codes;  // answers by code
  std::int64_t quarantined_files = 0;
  std::int64_t quarantined_lines = 0;
  std::int64_t discarded_files = 0;
  std::int64_t discarded_lines = 0;
  std::int64_t lines = 0;
  std::int64_t blank = 0;
  std::int64_t repeats = 0;
  std::int64_t open_findings = 0;
  std::int64_t history = 0;
};
[[nodiscard]] Summary summarise(Ledger& ledger);

struct OpenFinding {
  Seconds at = 0;
  std::string kind;
  std::string object;
  std::string detail;
};
[[nodiscard]] std::vector<OpenFinding> open_findings(Ledger& ledger, std::int64_t most);
[[nodiscard]] bool is_finding_open(Ledger& ledger, const std::string& kind, const std::string& object);

}  // namespace quittance
