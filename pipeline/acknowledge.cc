// acknowledge: the vendor's answers. What can be applied is applied, what can't is kept and reported,
// nothing is guessed.
#include <fmt/format.h>

#include <utility>

#include "base/fault.h"
#include "base/text.h"
#include "importers/acknowledge_file.h"
#include "ledger/answers.h"
#include "ledger/quarantine.h"
#include "ledger/summary.h"
#include "pipeline/commands.h"
#include "pipeline/incoming.h"
#include "records/result_code.h"

namespace quittance {
namespace {

struct Counts {
  std::int64_t files = 0;
  std::int64_t repeated = 0;
  std::int64_t quarantined = 0;
  AnswerResult lines;
};

std::string mend_of(const AnswerRemark& remark) {
  if (remark.kind == "unknown-suid") return "ask the vendor which transmission the line belongs to";
  if (remark.kind == "two-codes")
    return "ask the vendor which of the codes holds; a corrected file will be applied";
  if (remark.kind == "contradiction")
    return "ask the vendor which answer holds; the first stays until an operator settles it";
  if (remark.kind == "refused")
    return "mend the cause with the vendor, then `quittance rerun --tid " + remark.object + "`";
  if (remark.kind == "missing")
    return "ask the vendor for the missing lines, or `quittance resend " + remark.object + "`";
  if (remark.kind == "global") return "tell the vendor";
  if (remark.kind == "retried") return "nothing: it goes out again by itself";
  const auto* code = find_result_code(remark.code);
  return code != nullptr ? std::string(code->mend) : std::string("ask the vendor");
}

class Acknowledger {
 public:
  Acknowledger(Context& context, const ChannelSettings& channel, bool by_hand, Counts& counts)
      : context_(context),
        ledger_(context.ledger(Access::write)),
        channel_(channel),
        by_hand_(by_hand),
        counts_(counts),
        inbox_(channel.acknowledge, channel.complete) {}

  void take_all(const std::vector<Arrival>& arrivals, FileIds& ids) {
    for (const auto& arrival : arrivals) {
      go_on_after_failure(context_.report(), [&] { take(arrival, ids); });
    }
  }

 private:
  void take(const Arrival& arrival, FileIds& ids) {
    auto claimed = inbox_.claim(arrival, ids.next());
    if (auto* fault = std::get_if<Fault>(&claimed)) {
      refuse(arrival, arrival.id != 0 ? arrival.id : ids.take(), *fault);
    } else if (auto* file = std::get_if<Claimed>(&claimed)) {
      if (arrival.id == 0) static_cast<void>(ids.take());
      inbox_.sync();
      take(*file);
    }
  }

  void take(const Claimed& file) {
    const auto progress = progress_of(ledger_, file.id);  // known: a crash came before the archive
    if (progress.quarantined)
      return quarantine(file, {"acknowledge.quarantined", Severity::finding, file.name, 0, "", "", ""});
    if (progress.known) return put(file);
    faults_.clear();
    const auto read =
        read_acknowledge_file(file.fd, file.path, [&](Fault fault) { note(file, std::move(fault)); });
    if (!read) return quarantine(file, faults_.empty() ? Fault{} : faults_.front());
    if (const auto before = seen_before(ledger_, read->digest)) return repeat(file, *read, *before);
    const auto transmission = find(file, *read);
    if (!transmission) return;
    apply(file, *read, *transmission);
    put(file);
  }

  void note(const Claimed& file, Fault fault) {
    fault.object = file.name;
    if (faults_.size() < 1000) faults_.push_back(fault);
    context_.report().fault(std::move(fault));
  }

  // The transmission that the file answers; nothing when it went to quarantine.
  std::optional<std::int64_t> find(const Claimed& file, const AcknowledgeFile& read) {
    if (!read.head.tid.empty()) {
      const auto no = transmission_of_tid(ledger_, read.head.tid);
      if (no && comes_from_its_vendor(*no)) return no;
      if (no) {
        refuse_file(file, "alarm.other-channel",
                    "it answers " + read.head.tid + ", which went out on another channel",
                    "ask both vendors who wrote it; `quittance acknowledge FILE` takes it in by hand");
        return std::nullopt;
      }
      refuse_file(file, "acknowledge.unknown-tid",
                  "no transmission has the TID '" + escaped(read.head.tid) + "'",
                  "it was not ours: ask the vendor; an answer to another site's transmission belongs into "
                  "that site's ledger");
      return std::nullopt;
    }
    std::vector<Suid> suids;
    for (const auto& line : read.lines) suids.push_back(line.suid);
    auto match = match_by_suids(ledger_, std::move(suids));
    std::erase_if(match.transmissions, [&](std::int64_t no) { return !comes_from_its_vendor(no); });
    if (match.transmissions.size() == 1) return match.transmissions.front();
    refuse_file(file, "acknowledge.no-match",
                match.transmissions.empty()
                    ? std::string("it names no TID, and its SUIDs fit no outstanding transmission")
                    : fmt::format("it names no TID, and its SUIDs fit {} outstanding transmissions",
                                  match.transmissions.size()),
                "ask the vendor for a file with the TID in its first line");
    return std::nullopt;
  }

  // An answer must arrive in the folder of its transmission's own channel, unless a person gave it.
  bool comes_from_its_vendor(std::int64_t no) {
    return by_hand_ || channel_of(no).acknowledge == channel_.acknowledge;
  }

  const ChannelSettings& channel_of(std::int64_t no) {
    return context_.configuration().channel(find_transmission(ledger_, no)->channel);
  }

  void apply(const Claimed& file, const AcknowledgeFile& read, std::int64_t no) {
    Act act(ledger_, "acknowledge", file.name);
    Answer answer;
    answer.transmission = no;
    answer.code = read.head.code;
    answer.message = escaped(read.head.message, 500);
    answer.sha256 = read.digest;
    for (const auto& line : read.lines) answer.lines.push_back({line.suid, line.code, line.number});
    answer.message_of = [&](std::uint32_t line) { return message_of_line(read, file.fd, file.path, line); };
    const auto result = apply_answer(act, incoming(file), std::move(answer), channel_of(no).retries,
                                     [&](const AnswerRemark& remark) { tell(file, remark); });
    if (read.faulty > 0)
      act.finding("acknowledge-lines", incoming(file).object(),
                  counted(read.faulty, "line") + " could not be read");
    record_progress(act, incoming(file), file.bytes, {}, &read.digest);
    act.commit();
    tolerate(file, read);
    add(result);
  }

  void repeat(const Claimed& file, const AcknowledgeFile& read, const std::string& before) {
    Act act(ledger_, "repeated-answer", file.name);
    record_progress(act, incoming(file), file.bytes, {}, &read.digest);
    act.commit();
    ++counts_.repeated;
    context_.report().fault({"acknowledge.seen", Severity::warning, file.name, 0, "",
                             "the same bytes were applied before, as " + before,
                             "nothing: it changed nothing"});
    put(file);
  }

  void tolerate(const Claimed& file, const AcknowledgeFile& read) {
    if (!read.tolerated.any()) return;
    context_.report().fault({"acknowledge.form", Severity::warning, file.name, 0, "",
                             "accepted although: " + read.tolerated.text(),
                             "tell the vendor; nothing is lost"});
  }

  void tell(const Claimed& file, const AnswerRemark& remark) {
    const auto* code = find_result_code(remark.code);
    const auto words = remark.words.empty() ? std::string() : ", '" + escaped(remark.words) + "'";
    const bool quiet = remark.kind == "retried" || remark.kind == "warned";
    const bool by_code = quiet || remark.kind == "rejected" || remark.kind == "held";
    const auto problem = by_code ? fmt::format("device {}: {} with code {} ({}){}", remark.object,
                                               remark.kind == "warned" ? "accepted" : remark.kind,
                                               remark.code, code != nullptr ? code->meaning : "", words)
                                 : fmt::format("{}: {}", remark.object, remark.words);
    context_.report().fault({(remark.alarm ? "alarm." : "acknowledge.") +
                                 (by_code ? fmt::format("code-{}", remark.code) : remark.kind),
                             quiet ? Severity::warning : Severity::finding, file.name,
                             static_cast<std::uint64_t>(remark.line), "", problem, mend_of(remark)});
  }

  void refuse_file(const Claimed& file, const std::string& id, const std::string& problem,
                   const std::string& mend) {
    const Fault fault{id, Severity::finding, file.name, 0, "", problem, mend};
    context_.report().fault(fault);
    quarantine(file, fault);
  }

  void quarantine(const Claimed& file, const Fault& fault) {
    ++counts_.quarantined;
    set_aside(context_, file.path, incoming(file), fault);
  }

  void refuse(const Arrival& arrival, std::int64_t id, const Fault& fault) {
    context_.report().fault(fault);
    ++counts_.quarantined;
    set_aside(context_, inbox_.hold(arrival, id),
              {id, "acknowledge", channel_.name, "", escaped(arrival.name)}, fault);
  }

  void put(const Claimed& file) {
    ++counts_.files;
    put_away(file.path, file.id, file.name, context_.archive("acknowledge"));
    sync_folder(context_.archive("acknowledge"));
    inbox_.sync();
  }

  [[nodiscard]] IncomingFile incoming(const Claimed& file) const {
    return {file.id, "acknowledge", channel_.name, "", file.name};
  }

  void add(const AnswerResult& result) {
    counts_.lines.accepted += result.accepted;
    counts_.lines.rejected += result.rejected;
    counts_.lines.held += result.held;
    counts_.lines.retried += result.retried;
    counts_.lines.unchanged += result.unchanged;
    counts_.lines.missing += result.missing;
  }

  Context& context_;
  Ledger& ledger_;
  const ChannelSettings& channel_;
  bool by_hand_;
  Counts& counts_;
  Inbox inbox_;
  std::vector<Fault> faults_;
};

// What should have been answered by now is named by every run; in the ledger it is one finding.
void look_for_overdue(Context& context) {
  auto& ledger = context.ledger(Access::write);
  for (const auto& transmission : transmissions_in(ledger, {TransmissionState::sent}, "")) {
    if (!transmission.overdue()) continue;
    context.report().fault({"acknowledge.overdue", Severity::finding, transmission.tid, 0, "",
                            fmt::format("sent at {}, an answer was due by {}", to_text(transmission.sent_at),
                                        to_text(transmission.due_at)),
                            "ask the vendor; `quittance resend " + transmission.tid + "` sends it again"});
    if (is_finding_open(ledger, "overdue", transmission.tid)) continue;
    Act act(ledger, "overdue", transmission.tid);
    act.finding("overdue", transmission.tid, "no answer by " + to_text(transmission.due_at));
    act.commit();
  }
}

void summarise(Report& report, const Counts& counts) {
  const auto& lines = counts.lines;
  report.json() = {
      {"files", counts.files},      {"repeated", counts.repeated},  {"quarantined", counts.quarantined},
      {"accepted", lines.accepted}, {"rejected", lines.rejected},   {"held", lines.held},
      {"retried", lines.retried},   {"unchanged", lines.unchanged}, {"missing", lines.missing}};
  if (counts.files + counts.quarantined == 0) return;
  report.line(
      fmt::format("Took in {}: {} accepted, {} rejected, {} held, {} to be tried again, {} "
                  "without an answer.",
                  counted(counts.files, "acknowledge file"), lines.accepted, lines.rejected, lines.held,
                  lines.retried, lines.missing));
  if (counts.repeated > 0)
    report.line(fmt::format("{} of the files had been applied before and changed nothing.", counts.repeated));
  if (counts.quarantined > 0) report.line(counted(counts.quarantined, "file") + " went to quarantine.");
}

void run(Context& context) { acknowledge(context); }

}  // namespace

void acknowledge(Context& context) {
  FileIds ids(context);
  Counts counts;
  auto paths = paths_by_hand(context, "acknowledge");
  const bool by_hand = !paths.empty();
  make_folder(context.archive("acknowledge"));
  remove_unfinished(context.archive("acknowledge"));
  remove_unfinished(context.quarantine());
  for (const auto& channel : context.configuration().channels) {
    if (channel.acknowledge.empty()) continue;
    go_on_after_failure(context.report(), [&] {
      make_folder(channel.acknowledge);
      Acknowledger acknowledger(context, channel, by_hand, counts);
      const Inbox inbox(channel.acknowledge, channel.complete);
      acknowledger.take_all(inbox.leftovers(), ids);
      if (!by_hand) acknowledger.take_all(inbox.arrivals(), ids);
      // Which channel an answer given by hand belongs to, its content says.
      for (const auto& path : std::exchange(paths, {})) acknowledger.take_all(inbox.arrivals_at(path), ids);
    });
  }
  look_for_overdue(context);
  summarise(context.report(), counts);
}

CommandEntry acknowledge_command() {
  return {{"acknowledge",
           "[PATH...]",
           0,
           10'000,
           "take in the vendor's acknowledge files",
           "Takes in what lies complete in the channels' acknowledge folders, or the given files and "
           "folders. Each line moves one "
           "receipt: to accepted, rejected or held, or back into the queue for the codes that are tried "
           "again. A file that fits no "
           "transmission goes to quarantine. Transmissions whose answer is overdue are named.",
           {},
           "quittance acknowledge\n    takes in what arrived\nquittance acknowledge answer.txt\n    takes in "
           "one file by hand"},
          run};
}

}  // namespace quittance
