// The life of a receipt, of its membership in a transmission, and of a transmission: the states that
// the ledger keeps. The numbers are stored and never change their meaning.
#pragma once

#include <array>
#include <string_view>

namespace quittance {

enum class ReceiptState {
  collected = 0,   // waits for a transmission
  travelling = 1,  // in a transmission: "assigned" until the other side has it, then "sent"
  accepted = 2,
  rejected = 3,
  held = 4,
  settled = 5,  // closed by an operator: accepted by other means, or written off
};

enum class Outcome { unanswered = 0, accepted = 1, rejected = 2, held = 3, retried = 4, superseded = 5 };

enum class TransmissionState {
  reserved = 0,  // TID and members are fixed, the file is not yet durable
  built = 1,
  unknown = 2,       // an attempt to send began and its end is not known
  sent = 3,          // the other side has it; "overdue" once the channel's time has passed
  acknowledged = 4,  // answered, in part or whole
  refused = 5,       // a global error and no lines
  superseded = 6,    // its receipts went into other transmissions
};

inline constexpr std::array<std::string_view, 6> kReceiptStateNames = {"collected", "travelling", "accepted",
                                                                       "rejected",  "held",       "settled"};
inline constexpr std::array<std::string_view, 6> kOutcomeNames = {"unanswered", "accepted", "rejected",
                                                                  "held",       "retried",  "superseded"};
inline constexpr std::array<std::string_view, 7> kTransmissionStateNames = {
    "reserved", "built", "unknown", "sent", "acknowledged", "refused", "superseded"};

[[nodiscard]] constexpr std::string_view name(ReceiptState s) {
  return kReceiptStateNames.at(static_cast<std::size_t>(s));
}
[[nodiscard]] constexpr std::string_view name(Outcome o) {
  return kOutcomeNames.at(static_cast<std::size_t>(o));
}
[[nodiscard]] constexpr std::string_view name(TransmissionState s) {
  return kTransmissionStateNames.at(static_cast<std::size_t>(s));
}
// What people call a receipt's state: travelling is "assigned" or "sent", by its transmission.
[[nodiscard]] std::string_view spoken_state(ReceiptState state, TransmissionState of_transmission);

}  // namespace quittance
