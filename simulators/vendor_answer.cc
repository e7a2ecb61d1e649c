// Writes an answer down as an acknowledge file.
#include "simulators/vendor_answer.h"

#include <fmt/core.h>

#include <algorithm>

#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

// ASCII only: the escapes of an unreadable SUID (\xNN) keep their small x.
std::string upper_hex(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

std::string acknowledge_text(const Answer& answer, const Wording& wording) {
  const char* end = wording.crlf ? "\r\n" : "\n";
  std::string text = wording.byte_order_mark ? "\xef\xbb\xbf" : "";
  if (!wording.plain) text += answer.tid + ";";
  text += fmt::format("{};{}{}", answer.code, answer.message, end);
  for (const auto& line : answer.lines)
    text += fmt::format("{};{};{}{}", wording.upper_case ? upper_hex(line.suid) : line.suid, line.code,
                        line.message, end);
  text.resize(text.size() - std::min<std::uint64_t>(wording.truncate, text.size()));
  return text;
}

void summarize(Answer& answer) {
  const auto good = [](const AnswerLine& line) { return code::is_imported(line.code); };
  const auto imported = std::count_if(answer.lines.begin(), answer.lines.end(), good);
  const auto failed = std::find_if_not(answer.lines.begin(), answer.lines.end(), good);
  if (failed == answer.lines.end()) {
    answer.code = code::kOk;
    answer.message = fmt::format("OK ({} receipts imported)", imported);
  } else {
    answer.code = failed->code;
    answer.message =
        fmt::format("{} ({} of {} receipts imported)", failed->message, imported, answer.lines.size());
  }
}

}  // namespace quittance::simulators
