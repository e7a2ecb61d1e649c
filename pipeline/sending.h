// Sending one transmission: intent first, then the other side, then what came of it. Shared by send
// and resend.
#pragma once

#include <string>
#include <vector>

#include "ledger/transmissions.h"
#include "pipeline/context.h"

namespace quittance {

struct SendCounts {
  std::int64_t sent = 0;
  std::int64_t failed = 0;
  std::int64_t unknown = 0;
  std::int64_t receipts = 0;
};

// Sends these transmissions of one channel, one after the other, through a process of its own. Stops
// at the first that could not be sent because the other side was not there.
void send_through(Context& context, const ChannelSettings& channel,
                  const std::vector<Transmission>& transmissions, SendCounts& counts);
void report_sending(Report& report, const SendCounts& counts);

}  // namespace quittance
