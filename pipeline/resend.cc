// resend: the same TID and the same bytes once more, for an answer that never came.
#include <fmt/format.h>

#include "base/fault.h"
#include "pipeline/commands.h"
#include "pipeline/sending.h"

namespace quittance {
namespace {

void refuse_answered(const Transmission& transmission) {
  if (transmission.state == TransmissionState::acknowledged && transmission.travelling == 0) {
    throw usage_failure(transmission.tid + " was answered whole",
                        "to send receipts again that were rejected or held, use rerun");
  }
  if (transmission.state == TransmissionState::superseded) {
    throw usage_failure(transmission.tid + " was taken back, its receipts are in other transmissions",
                        "`quittance show` it for the story");
  }
  if (transmission.state == TransmissionState::reserved) {
    throw usage_failure(transmission.tid + " is not built yet", "run `quittance build` first");
  }
}

void resend(Context& context) {
  const auto transmission = transmission_like(context.ledger(Access::write), context.operands().front());
  refuse_answered(transmission);
  SendCounts counts;
  send_through(context, context.configuration().channel(transmission.channel), {transmission}, counts);
  report_sending(context.report(), counts);
  context.report().json()["tid"] = transmission.tid;
}

}  // namespace

CommandEntry resend_command() {
  return {{"resend",
           "TID",
           1,
           1,
           "send a transmission again: same TID, same bytes",
           "For a transmission that is overdue, or of which nobody knows whether it arrived. The vendor sees "
           "the same file again; "
           "what it imported before it answers with 114, which then counts as accepted. Any unambiguous part "
           "of the TID will do.",
           {},
           "quittance resend 000042"},
          resend};
}

}  // namespace quittance
