#include "pipeline/sending.h"

#include <fmt/format.h>

#include "base/child.h"
#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

std::vector<std::string> deliver_command_line(const Context& context, const ChannelSettings& channel) {
  return {std::filesystem::read_symlink("/proc/self/exe").string(),
          "--config",
          context.configuration_file().string(),
          "--state",
          context.state().string(),
          "deliver",
          "--channel",
          channel.name};
}

class Sender {
 public:
  Sender(Context& context, const ChannelSettings& channel, SendCounts& counts)
      : context_(context),
        channel_(channel),
        counts_(counts),
        child_(deliver_command_line(context, channel)) {}

  // False when it makes no sense to go on with the next.
  bool send(const Transmission& transmission) {
    auto& ledger = context_.ledger(Access::write);
    record_attempt(ledger, transmission.no);
    const auto answer = ask(transmission);
    if (answer.is_null()) {
      ++counts_.unknown;
      record_unknown(ledger, transmission.no, "the sending process ended without an answer");
      tell(transmission, "send.unknown",
           "the sending process ended without an answer: whether it arrived is not known", true);
      return false;
    }
    const auto end = answer.at("end").get<std::string>();
    const auto words = answer.at("words").get<std::string>();
    if (end == "sent") {
      ++counts_.sent;
      counts_.receipts += transmission.members;
      record_sent(ledger, transmission.no, words, channel_.due_seconds);
      context_.report().detail(fmt::format("  {} -> {}", transmission.tid, words));
      return true;
    }
    const bool unreachable = answer.at("unreachable").get<bool>();
    if (end == "failed") {
      ++counts_.failed;
      record_failed(ledger, transmission.no, words);
      tell(transmission, "send.failed", "it was not sent: " + words, unreachable);
    } else {
      ++counts_.unknown;
      record_unknown(ledger, transmission.no, words);
      tell(transmission, "send.unknown", "whether it arrived is not known: " + words, unreachable);
    }
    return !unreachable;
  }

 private:
  nlohmann::json ask(const Transmission& transmission) {
    const nlohmann::json job = {{"tid", transmission.tid},
                                {"file", context_.receipt_log(transmission.tid).string()},
                                {"sha256", to_hex(transmission.digest)}};
    std::string line;
    if (!child_.write(job.dump() + "\n") || !child_.read_line(line)) return {};
    auto answer = nlohmann::json::parse(line, nullptr, false);
    const bool right = answer.is_object() && answer.value("tid", "") == transmission.tid &&
                       answer.contains("end") && answer.contains("words") && answer.contains("unreachable");
    return right ? answer : nlohmann::json();
  }

  void tell(const Transmission& transmission, const char* id, const std::string& problem, bool unreachable) {
    auto& report = context_.report();
    report.fault({id, Severity::warning, transmission.tid, 0, "", problem,
                  "nothing is lost: the next `quittance send` tries the same TID and bytes again"});
    report.raise(unreachable ? Exit::unreachable : Exit::machine);
  }

  Context& context_;
  const ChannelSettings& channel_;
  SendCounts& counts_;
  Child child_;
};

}  // namespace

void send_through(Context& context, const ChannelSettings& channel,
                  const std::vector<Transmission>& transmissions, SendCounts& counts) {
  if (transmissions.empty()) return;
  Sender sender(context, channel, counts);
  for (const auto& transmission : transmissions) {
    if (!sender.send(transmission)) return;
  }
}

void report_sending(Report& report, const SendCounts& counts) {
  report.json() = {{"sent", counts.sent},
                   {"failed", counts.failed},
                   {"unknown", counts.unknown},
                   {"receipts", counts.receipts}};
  if (counts.sent > 0)
    report.line(fmt::format("Sent {} with {}.", counted(counts.sent, "transmission"),
                            counted(counts.receipts, "receipt")));
  if (counts.failed > 0) report.line(counted(counts.failed, "transmission") + " could not be sent.");
  if (counts.unknown > 0)
    report.line(
        fmt::format("Of {} it is not known whether it arrived.", counted(counts.unknown, "transmission")));
}

}  // namespace quittance
