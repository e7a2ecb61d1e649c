// The register of cards: TP devices with a quota, what is known of each, and what it said of itself.
// Facts only: the newest word about a field holds, and the words before it stay.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace quittance {

struct Card {
  std::int64_t id = 0;
  std::string device;                // TP device id
  std::int64_t personalisation = 0;  // counted from 1
  std::map<std::string, std::string> settings;

  [[nodiscard]] std::string setting(const std::string& field) const;  // empty when it is not set
  // "4711", or "4711/2" for its second personalisation.
  [[nodiscard]] std::string name() const;
};

// In the order in which they were added; of one TP device the personalisations follow one another.
[[nodiscard]] std::vector<Card> cards(Ledger& ledger);
// By "4711" (its newest personalisation) or "4711/1".
[[nodiscard]] std::optional<Card> find_card(Ledger& ledger, const std::string& name);
[[nodiscard]] std::optional<Card> card_of(Ledger& ledger, std::int64_t id);

// A card that is there already gets its next personalisation.
[[nodiscard]] Card add_card(Act& act, const std::string& device,
                            const std::map<std::string, std::string>& settings);
void set_card(Act& act, const Card& card, const std::string& field, const std::string& value);

// What `tphost get-counters` printed: devices made, devices that may still be made.
struct Counters {
  std::int64_t used = 0;
  std::int64_t left = 0;
  Seconds at = 0;
};
void add_counters(Act& act, const Card& card, const Counters& counters);
// The newest by their own time.
[[nodiscard]] std::optional<Counters> last_counters(Ledger& ledger, const Card& card);

}  // namespace quittance
