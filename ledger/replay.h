// What the journal says the tables must hold, gathered entry by entry, and the comparison.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/fault.h"
#include "ledger/files.h"
#include "ledger/ledger.h"

namespace quittance {

class Replay {
 public:
  Replay(Ledger& ledger, std::function<void(const std::string& object, const std::string& problem)> wrong)
      : ledger_(ledger), wrong_(std::move(wrong)) {}

  // Feeds the rows of one entry to the digest and notes what it did; gives how many rows it covers.
  std::int64_t apply(const JournalEntry& entry, Sha256& sha);
  // Compares the tables with what was noted; gives the number of receipts.
  std::int64_t compare();

 private:
  struct Transmission {
    std::string tid;
    std::string channel;
    std::int64_t channel_id = 0;
    int state = 0;
    std::int64_t members = 0;
    std::int64_t travelling = 0;
    std::int64_t attempts = 0;
    std::int64_t failed = 0;
    std::int64_t reserved_at = 0;
    std::int64_t bytes = 0;
    std::string sha256;
    std::int64_t sent_at = 0;
    std::int64_t due_at = 0;
    std::int64_t answered_at = 0;
    bool withdrawn = false;
  };
  struct File {
    std::string kind, source, site, name, sha256, state = "taking";
    std::int64_t bytes = 0;
    LineCounts counts;
  };
  // What an entry did to receipts, in the order in which it did it.
  struct Event {
    enum class Kind { collected, reserved, answered, withdrawn, changed } kind;
    std::int64_t seq;
    std::int64_t a;           // first id, or transmission
    std::int64_t b;           // last id
    std::int64_t generation;  // that an amendment made
  };
  struct State {
    int state = -1;
    std::int64_t transmission = 0;
    int retries = 0, flag = 0, amended = 0;
    std::int64_t code = -1, generation = 0, channel = 0;
    std::string reason;
  };

  std::int64_t collected(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha);
  std::int64_t reserved(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha);
  std::int64_t answered(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha);
  void sending(const JournalEntry& entry, const nlohmann::json& detail);
  void file(const nlohmann::json& detail);
  [[nodiscard]] std::int64_t channel_id(const std::string& name);  // 0: there is none
  void compare_files();
  void compare_transmissions();
  void compare_members();
  void compare_tallies();
  void compare_meta();
  void compare_channels();
  void compare_facts();
  void compare_audit();
  void compare_receipts(std::int64_t first, std::int64_t last);
  void replay_event(const Event& event, std::int64_t first, std::vector<State>& states);
  void replay_changes(const Event& event, std::int64_t first, std::vector<State>& states);

  Ledger& ledger_;
  std::function<void(const std::string&, const std::string&)> wrong_;
  std::vector<Event> events_;
  std::map<std::int64_t, Transmission> transmissions_;
  std::map<std::int64_t, File> files_;
  std::map<std::int64_t, std::string> channels_;  // that receipts or transmissions named
  std::map<std::pair<std::string, std::string>, std::int64_t> tallies_;
  nlohmann::json genesis_ = nlohmann::json::object();
  std::int64_t last_receipt_ = 0;
  std::int64_t history_ = 0;
  std::int64_t last_seq_ = 0;
};

}  // namespace quittance
