// Spoils answers, and the names under which they are given.
#include "simulators/vendor_misbehaviour.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/digest.h"
#include "simulators/arguments.h"
#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000;
constexpr int kCodeOfNoTable = 999;
constexpr std::size_t kHighestLog = 999'999;

AnswerLine make_line(std::string suid, int code) { return {std::move(suid), code, code::message_of(code)}; }

// A TID that looks like ours: the last character is another.
std::string never_sent(std::string tid) {
  tid.back() = tid.back() == '0' ? '1' : '0';
  return tid;
}

std::string never_seen_suid(const std::string& tid) {
  return to_hex(sha256("a SUID that nobody sent with " + tid)).substr(0, 32);
}

// The last line that says something about the whole, hence first to last in this order.
void spoil(Answer& answer, const Misbehaviour& wrong) {
  auto& lines = answer.lines;
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(
                                                 std::min<std::uint64_t>(wrong.drop_suids, lines.size())));
  if (wrong.duplicate_code && !lines.empty()) {
    const int other = lines.front().code == code::kOk ? code::kSignature : code::kOk;
    lines.push_back(make_line(lines.front().suid, other));
  }
  if (wrong.bad_code && !lines.empty()) lines.back() = make_line(lines.back().suid, kCodeOfNoTable);
  if (wrong.extra_suid) lines.push_back(make_line(never_seen_suid(answer.tid), code::kOk));
  if (wrong.reverse) std::reverse(lines.begin(), lines.end());
  if (!wrong.wrong_global) return;
  answer.code = answer.code == code::kOk ? code::kUnknownError : code::kOk;
  answer.message = answer.code == code::kOk ? fmt::format("OK ({} receipts imported)", lines.size())
                                            : code::message_of(answer.code);
}

}  // namespace

std::vector<Option> misbehaviour_options() {
  return {
      {"plain", "", "The first line of an answer without the TID."},
      {"hold", "N", "Late: keep back the answers of the first N logs of this call until --release."},
      {"twice", "", "Write each answer a second time, as TID-again.ack."},
      {"truncate", "BYTES", "Cut this many bytes off the end of each answer."},
      {"reverse", "",
       "Lines of an answer in reverse, and names that sort in reverse (999999-TID.ack for the first log)."},
      {"unknown-tid", "", "One answer more, for a TID that was never sent."},
      {"drop-suids", "N", "Leave the first N receipts out of each answer."},
      {"extra-suid", "", "A line for a SUID that was not in the log."},
      {"wrong-global", "", "The first line says 0 over failed lines, or 110 over none."},
      {"duplicate-code", "", "The first SUID a second time at the end, with another code."},
      {"bad-code", "", "The last line has code 999."},
      {"global-error", "CODE", "Import nothing and answer with this code and no lines."},
      {"crlf", "", "Lines of an answer end in CR LF."},
      {"bom", "", "An answer begins with a byte order mark."},
      {"upper", "", "SUIDs in upper case."},
  };
}

Misbehaviour read_misbehaviour(const Invocation& invocation) {
  Misbehaviour wrong;
  wrong.hold = number_option(invocation, "hold", 0, 0, kMost);
  wrong.drop_suids = number_option(invocation, "drop-suids", 0, 0, kMost);
  wrong.global_error = static_cast<int>(number_option(invocation, "global-error", 0, 1, kCodeOfNoTable));
  wrong.twice = invocation.has("twice");
  wrong.reverse = invocation.has("reverse");
  wrong.unknown_tid = invocation.has("unknown-tid");
  wrong.extra_suid = invocation.has("extra-suid");
  wrong.wrong_global = invocation.has("wrong-global");
  wrong.duplicate_code = invocation.has("duplicate-code");
  wrong.bad_code = invocation.has("bad-code");
  wrong.wording.plain = invocation.has("plain");
  wrong.wording.crlf = invocation.has("crlf");
  wrong.wording.byte_order_mark = invocation.has("bom");
  wrong.wording.upper_case = invocation.has("upper");
  wrong.wording.truncate = number_option(invocation, "truncate", 0, 0, kMost);
  return wrong;
}

std::vector<AnswerFile> acknowledge_files(Answer answer, const Misbehaviour& misbehaviour, std::size_t log) {
  spoil(answer, misbehaviour);
  const std::string order =
      misbehaviour.reverse ? fmt::format("{:06}-", kHighestLog - std::min(log, kHighestLog)) : "";
  const std::string text = acknowledge_text(answer, misbehaviour.wording);
  std::vector<AnswerFile> files = {{order + answer.tid + ".ack", text}};
  if (misbehaviour.twice) files.push_back({order + answer.tid + "-again.ack", text});
  if (misbehaviour.unknown_tid && log == 0) {
    answer.tid = never_sent(answer.tid);
    files.push_back({order + answer.tid + ".ack", acknowledge_text(answer, misbehaviour.wording)});
  }
  return files;
}

}  // namespace quittance::simulators
