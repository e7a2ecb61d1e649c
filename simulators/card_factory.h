// A card at work: provisions devices, chains and signs their records, and writes them to audit logs. What
// it remembers lies in card.json, so that a later call goes on.
#pragma once

#include <set>

#include "simulators/audit_log_file.h"
#include "simulators/record_maker.h"

namespace quittance::simulators {

struct CardState {
  RecordPlan plan;
  std::uint64_t quota = 1'000'000;
  int log_version = 2;
  LogSignature signatures = LogSignature::raw;
  std::uint32_t counter = 0;  // devices so far
  Digest running_hash{};      // new hash of the last one
  std::uint64_t next_die = 1;
};
[[nodiscard]] CardState read_card(const Path& folder);
void write_card(const Path& folder, const CardState& card);  // replaces what is there

struct CardOrder {
  Path out;
  Path keys;
  std::string log = "tp_audit_log.db";  // name of the file; with several, their number is put before the dot
  std::uint64_t records = 0;
  std::uint64_t retries = 0;     // of them: same die as the record before
  std::set<std::uint32_t> lost;  // counters whose records the host lost in a crash
  std::size_t files = 1;
  bool interleave = false;  // one record to each file in turn, in place of one part to each
  std::size_t jobs = 1;
};

struct CardResult {
  std::vector<std::string> files;
  std::uint64_t written = 0;  // rows, which lost records are not among
  std::uint64_t lost = 0;
};

// Makes `order.records` records with the card and writes logs, card.json, counters.txt and tpconfig.yaml. A
// log that is there already is added to.
CardResult run_card(CardState& card, const CardOrder& order);

// What `tphost get-counters` prints.
[[nodiscard]] std::string counters_statement(std::uint64_t used, std::uint64_t left);
// The settings of `tpconfig` as far as a back office needs them.
[[nodiscard]] std::string tpconfig_yaml(const CardState& card, const Path& keys);

}  // namespace quittance::simulators
