// send: what is built, and what was begun and has no known end, goes to the vendors.
#include "pipeline/commands.h"
#include "pipeline/incoming.h"
#include "pipeline/sending.h"

namespace quittance {
namespace {

void run(Context& context) { send(context); }

}  // namespace

void send(Context& context) {
  const auto only = context.invocation().value("channel");
  if (!only.empty()) static_cast<void>(context.configuration().channel(only));
  SendCounts counts;
  for (const auto& channel : context.configuration().channels) {
    if (!only.empty() && only != channel.name) continue;
    go_on_after_failure(context.report(), [&] {
      const auto waiting =
          transmissions_in(context.ledger(Access::write),
                           {TransmissionState::built, TransmissionState::unknown}, channel.name);
      send_through(context, channel, waiting, counts);
    });
  }
  report_sending(context.report(), counts);
}

CommandEntry send_command() {
  return {{"send",
           "",
           0,
           0,
           "send what is built",
           "Sends the built transmissions of each channel, oldest first, and those whose last attempt has no "
           "known end again: same "
           "TID, same bytes. An attempt is recorded before the first byte goes out.",
           {{"channel", "NAME", "only this channel"}},
           "quittance send --channel folder"},
          run};
}

}  // namespace quittance
