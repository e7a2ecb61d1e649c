// The vendor's night: read the receipt logs that are new, judge their receipts, count them in the
// database, answer. Also what else can be asked of it: late answers, known devices.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/report.h"
#include "simulators/vendor_misbehaviour.h"
#include "simulators/vendor_rules.h"

namespace quittance::simulators {

struct VendorOrder {
  Path in;  // may be empty: no import
  Path out;
  Path keys;
  Path database;
  Rules rules;
  Misbehaviour misbehaviour;
  bool headerless = false;    // logs without the line of TID and MD
  bool skip_rsa = false;      // no keys; receipts are not opened
  bool consume = false;       // remove a log once it is imported and answered
  bool answer_again = false;  // give the answer of a log that is known once more
  bool release = false;       // give the answers that were held back
  std::uint64_t file_bytes = 20'000'000;
  std::uint64_t fail_custom = 0;    // so many receipts get 113 in the life of the database
  std::uint64_t unknown_error = 0;  // and 110
  std::size_t jobs = 1;
  std::vector<std::string> known;  // SUIDs that are known from elsewhere
};

struct VendorResult {
  std::uint64_t logs = 0;        // imported now
  std::uint64_t known_logs = 0;  // imported before
  std::uint64_t receipts = 0;
  std::uint64_t imported = 0;
  std::uint64_t answers = 0;  // files given
  std::uint64_t held = 0;     // logs whose answers wait
  std::map<int, std::uint64_t> codes;
};

// Findings go to `report`: a TID that was used for two files.
[[nodiscard]] VendorResult run_vendor(const VendorOrder& order, Report& report);

}  // namespace quittance::simulators
