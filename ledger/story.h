// The whole story of one device or one transmission, in the order in which it happened.
#pragma once

#include <string>
#include <vector>

#include "ledger/receipts.h"
#include "ledger/transmissions.h"

namespace quittance {

struct StoryLine {
  std::int64_t seq = 0;  // journal entry
  Seconds at = 0;
  std::string who;
  std::string what;   // collect, reserve, sent, acknowledge, ...
  std::string words;  // the sentence
};

// Of one receipt: where it came from, which transmissions held it, what was answered, what operators did.
[[nodiscard]] std::vector<StoryLine> story_of(Ledger& ledger, const ReceiptRow& receipt);
[[nodiscard]] std::vector<StoryLine> story_of(Ledger& ledger, const Transmission& transmission);

// How many members of a transmission have which outcome.
struct OutcomeCounts {
  std::int64_t of[6] = {0, 0, 0, 0, 0, 0};
};
[[nodiscard]] OutcomeCounts count_outcomes(Ledger& ledger, std::int64_t transmission);

}  // namespace quittance
