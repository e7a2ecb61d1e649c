// deliver: the process that talks to the other side. It is started by send without ledger and key,
// reads one JSON line for each receipt log and answers each with one.
#include <fmt/format.h>

#include <iostream>

#include "base/fault.h"
#include "pipeline/commands.h"

namespace quittance {
namespace {

const char* name(Delivered::End end) {
  if (end == Delivered::End::sent) return "sent";
  return end == Delivered::End::failed ? "failed" : "unknown";
}

Delivery parse(const std::string& line) {
  const auto job = nlohmann::json::parse(line);
  Delivery delivery;
  delivery.tid = job.at("tid").get<std::string>();
  delivery.file = job.at("file").get<std::string>();
  if (!from_hex(job.at("sha256").get<std::string>(), delivery.digest))
    throw program_failure("deliver", "a digest is no digest");
  return delivery;
}

void deliver(Context& context) {
  if (!context.invocation().has("channel"))
    throw usage_failure("--channel is missing", "people use `quittance send`");
  const auto& channel = context.configuration().channel(context.invocation().value("channel"));
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto delivery = parse(line);
    const auto delivered = channel.channel->send(delivery);
    const nlohmann::json answer = {{"tid", delivery.tid},
                                   {"end", name(delivered.end)},
                                   {"words", delivered.words},
                                   {"unreachable", delivered.unreachable}};
    std::cout << answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  }
}

}  // namespace

CommandEntry deliver_command() {
  return {
      {"deliver",
       "",
       0,
       0,
       "the process that send starts for each channel",
       "Not for people: send starts it without ledger and key, and tells it on standard input what to send.",
       {{"channel", "NAME", "the channel to talk to"}},
       "quittance send\n    starts one for each channel"},
      deliver,
      false};
}

}  // namespace quittance
