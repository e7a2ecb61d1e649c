// The answer to one receipt log, and its text as an acknowledge file (manual 4.3.2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quittance::simulators {

struct AnswerLine {
  std::string suid;
  int code = 0;
  std::string message;
};

struct Answer {
  std::string tid;
  int code = 0;
  std::string message;
  std::vector<AnswerLine> lines;
};

// How the text is written down.
struct Wording {
  bool plain = false;  // the first line without the TID
  bool crlf = false;
  bool byte_order_mark = false;
  bool upper_case = false;     // of the SUIDs
  std::uint64_t truncate = 0;  // bytes that are missing at the end
};

[[nodiscard]] std::string acknowledge_text(const Answer& answer, const Wording& wording);

// Fills in code and message of the whole from the lines: 0 and how many were imported, or the first
// error. A 101 is no error, the receipt was imported.
void summarize(Answer& answer);

}  // namespace quittance::simulators
