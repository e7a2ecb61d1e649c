// Transmissions: reserved, built, sent or unknown, withdrawn. Each step is durable before the act in
// the world that it announces.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/receipts.h"
#include "records/receipt.h"

namespace quittance {

struct Transmission {
  std::int64_t no = 0;
  std::string tid;
  std::string channel;
  TransmissionState state = TransmissionState::reserved;
  std::int64_t members = 0;
  std::int64_t travelling = 0;
  std::int64_t attempts = 0;
  Seconds reserved_at = 0;
  std::int64_t bytes = 0;  // of the whole file, once built
  Digest digest{};         // of the file after its first line, once built
  Seconds sent_at = 0;
  Seconds due_at = 0;
  Seconds answered_at = 0;
  [[nodiscard]] bool overdue() const {
    return state == TransmissionState::sent && due_at != 0 && due_at < now();
  }
};

// The receipts of one transmission at the most: what fits into the memory of an acknowledge run.
inline constexpr std::int64_t kMostMembers = 400'000;

[[nodiscard]] std::optional<Transmission> find_transmission(Ledger& ledger, std::int64_t no);
// All transmissions in these states, oldest first; an empty channel means every one.
[[nodiscard]] std::vector<Transmission> transmissions_in(Ledger& ledger,
                                                         const std::vector<TransmissionState>& states,
                                                         const std::string& channel);
// Any unambiguous part of a TID. Throws Failure(usage) when none or several fit.
[[nodiscard]] Transmission transmission_like(Ledger& ledger, const std::string& part);
[[nodiscard]] std::optional<std::int64_t> transmission_of_tid(Ledger& ledger, std::string_view tid);
[[nodiscard]] bool any_waiting(Ledger& ledger, const std::string& channel);

// Visits waiting receipts of the channel in order; `visit` answers false for the first that does not
// fit any more. The visited ones become the members of a new transmission with this TID.
class Reservation {
 public:
  Reservation(Ledger& ledger, const std::string& channel, const std::string& oem);
  [[nodiscard]] const std::string& tid() const { return tid_; }
  // Fills the transmission; gives the number of members. 0: nothing was waiting, nothing is kept.
  std::int64_t fill(const std::function<bool(const Receipt&)>& visit);
  // Makes the reservation durable; gives its number.
  std::int64_t commit();

 private:
  [[nodiscard]] bool has_sibling(const ReceiptCursor& cursor);
  Act act_;
  std::string channel_name_;
  std::int64_t channel_;
  std::int64_t no_;
  std::string tid_;
  std::int64_t last_id_ = 0;
  std::int64_t members_ = 0;
};

// The members of a transmission in the order of its file, with amendments applied.
void each_member(Ledger& ledger, std::int64_t no, const std::function<void(const Receipt&)>& visit);

// The file is durable under its name: its size and digest are fixed for ever.
void record_built(Ledger& ledger, std::int64_t no, std::int64_t bytes, const Digest& digest);
// An attempt begins: from here on its end is unknown until record_sent or record_failed.
void record_attempt(Ledger& ledger, std::int64_t no);
void record_sent(Ledger& ledger, std::int64_t no, const std::string& words, std::int64_t due_seconds);
// The other side certainly does not have it.
void record_failed(Ledger& ledger, std::int64_t no, const std::string& words);
void record_unknown(Ledger& ledger, std::int64_t no, const std::string& words);

// Takes a transmission back within an act: what is unanswered becomes `superseded` and waits again.
// Gives how many receipts wait again.
std::int64_t withdraw(Act& act, std::int64_t no);

}  // namespace quittance
