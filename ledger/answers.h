// What the vendor answered, applied to the receipts of one transmission. An item closes once; a later
// different code never overwrites the first, it is a finding.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/files.h"
#include "ledger/transmissions.h"

namespace quittance {

struct AnswerLine {
  Suid suid;
  std::int32_t code = 0;
  std::uint32_t line = 0;  // in the answer's file
  auto operator<=>(const AnswerLine&) const = default;
};

struct Answer {
  std::int64_t transmission = 0;
  int code = 0;  // global
  std::string message;
  Digest sha256{};
  std::vector<AnswerLine> lines;  // sorted by SUID here
  // The message of a line, asked for only where the code is not 0.
  std::function<std::string(std::uint32_t line)> message_of;
};

// One thing that the answer did or that is odd about it, for the report.
struct AnswerRemark {
  std::string
      kind;  // rejected, held, retried, warned, unknown-suid, two-codes, contradiction, missing, global, late
  std::string object;  // SUID or TID
  std::int64_t line = 0;
  int code = 0;
  std::string words;  // the vendor's message, or what was found and expected
  bool alarm = false;
};

struct AnswerResult {
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t held = 0;
  std::int64_t retried = 0;
  std::int64_t unchanged = 0;  // answered before with the same code
  std::int64_t missing = 0;    // members that are still unanswered
  bool refused = false;
};

// The transmission whose members are exactly these SUIDs, among those that wait for an answer.
struct Match {
  std::vector<std::int64_t> transmissions;
};
[[nodiscard]] Match match_by_suids(Ledger& ledger, std::vector<Suid> suids);

// The answer's file with this digest was applied before: its name and when.
[[nodiscard]] std::optional<std::string> seen_before(Ledger& ledger, const Digest& sha256);

// Applies it within the act. `most_retries`: after so many the receipt is held.
AnswerResult apply_answer(Act& act, const IncomingFile& file, Answer answer, int most_retries,
                          const std::function<void(const AnswerRemark&)>& remark);

// Whether an answer changes the receipt's own state: it follows its newest transmission; an older one
// can only still accept it.
[[nodiscard]] bool answer_moves_receipt(Outcome outcome, ReceiptState state, bool newest);
[[nodiscard]] ReceiptState state_after(Outcome outcome);

// Feeds (SUID, code, outcome, line, message) of the members that this answer closed.
std::int64_t feed_answered(Database& database, std::int64_t transmission, std::int64_t seq, Sha256& sha);

}  // namespace quittance
