// build: transmissions out of what is collected, in three durable steps: TID and members, the file,
// its digest. What a crash left between them is finished first, with the same TID and bytes.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "exporters/receipt_log.h"
#include "ledger/transmissions.h"
#include "pipeline/commands.h"
#include "pipeline/incoming.h"

namespace quittance {
namespace {

struct Built {
  std::string tid;
  std::int64_t receipts = 0;
  std::int64_t bytes = 0;
};

ReceiptLogForm form_of(const ChannelSettings& channel) {
  return {channel.layout, channel.oem, channel.channel->has_header(), channel.size_limit};
}

Failure too_large(const ChannelSettings& channel) {
  return machine_failure("build.size-limit", "channel " + channel.name,
                         "one receipt alone is larger than the channel's size limit", "raise `size-limit`");
}

// A crash came after the members were fixed: the file is made again from them.
void finish(Context& context, const ChannelSettings& channel, const Transmission& transmission) {
  auto form = form_of(channel);
  form.size_limit = UINT64_MAX;  // the members are fixed, whatever the setting is by now
  ReceiptLogWriter writer(context.receipt_log(transmission.tid), transmission.tid, form);
  each_member(context.ledger(Access::write), transmission.no, [&](const Receipt& receipt) {
    if (!writer.add(receipt)) throw too_large(channel);
  });
  writer.publish(true);
  record_built(context.ledger(Access::write), transmission.no, static_cast<std::int64_t>(writer.bytes()),
               writer.digest());
}

// The next transmission, nothing when no receipt waits.
std::optional<Built> build_one(Context& context, const ChannelSettings& channel) {
  auto& ledger = context.ledger(Access::write);
  std::optional<Reservation> reservation(std::in_place, ledger, channel.name, channel.oem);
  ReceiptLogWriter writer(context.receipt_log(reservation->tid()), reservation->tid(), form_of(channel));
  bool full = false;
  const auto members = reservation->fill([&](const Receipt& receipt) {
    full = !writer.add(receipt);
    return !full;
  });
  if (members == 0) {
    if (full) throw too_large(channel);
    return std::nullopt;
  }
  const auto no = reservation->commit();
  writer.publish(true);
  record_built(ledger, no, static_cast<std::int64_t>(writer.bytes()), writer.digest());
  return Built{reservation->tid(), members, static_cast<std::int64_t>(writer.bytes())};
}

void build_channel(Context& context, const ChannelSettings& channel, std::vector<Built>& out) {
  auto& ledger = context.ledger(Access::write);
  for (const auto& left : transmissions_in(ledger, {TransmissionState::reserved}, channel.name)) {
    finish(context, channel, left);
    const auto built = find_transmission(ledger, left.no);
    out.push_back({left.tid, left.members, built->bytes});
  }
  if (!any_waiting(ledger, channel.name)) return;
  while (auto built = build_one(context, channel)) out.push_back(*built);
}

void run(Context& context) { build(context); }

}  // namespace

void build(Context& context) {
  const auto only = context.invocation().value("channel");
  if (!only.empty()) static_cast<void>(context.configuration().channel(only));
  make_folder(context.archive("receipt-logs"));
  remove_unfinished(context.archive("receipt-logs"));
  std::vector<Built> built;
  for (const auto& channel : context.configuration().channels) {
    if (!only.empty() && only != channel.name) continue;
    go_on_after_failure(context.report(), [&] { build_channel(context, channel, built); });
  }
  std::int64_t receipts = 0;
  auto& report = context.report();
  report.json()["transmissions"] = nlohmann::json::array();
  for (const auto& one : built) {
    receipts += one.receipts;
    report.json()["transmissions"].push_back(
        {{"tid", one.tid}, {"receipts", one.receipts}, {"bytes", one.bytes}});
    report.detail(fmt::format("  {}: {}, {} bytes", one.tid, counted(one.receipts, "receipt"), one.bytes));
  }
  report.json()["receipts"] = receipts;
  if (!built.empty())
    report.line(fmt::format("Built {} with {}.", counted(std::ssize(built), "transmission"),
                            counted(receipts, "receipt")));
}

CommandEntry build_command() {
  return {{"build",
           "",
           0,
           0,
           "make transmissions out of what is collected",
           "Puts the collected receipts of each channel into receipt log files, each with its own TID and "
           "within the channel's size "
           "limit, under archive/receipt-logs. A file that was built never changes.",
           {{"channel", "NAME", "only this channel"}},
           "quittance build\n    builds for every channel"},
          run};
}

}  // namespace quittance
