// The acknowledge file (manual 4.3.2, and 4.5.1.4 for the form with a TID), a line at a time. Strict
// in what is believed, tolerant in form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "records/suid.h"

namespace quittance {

// Deviations in form that are accepted with a warning.
struct Tolerated {
  bool bom = false;
  bool crlf = false;
  bool no_last_newline = false;
  bool upper_case = false;
  [[nodiscard]] bool any() const { return bom || crlf || no_last_newline || upper_case; }
  [[nodiscard]] std::string text() const;  // "byte order mark, CR LF"
};

struct AcknowledgeHead {
  std::string tid;  // empty in the plain form
  int code = 0;     // 0 or in the table
  std::string message;
};

struct AcknowledgeLine {
  Suid suid;
  int code = 0;              // 0 or in the table
  std::string_view message;  // into the line
};

struct AcknowledgeFault {
  std::string id;
  std::string field;
  std::string problem;
  bool truncated = false;  // the file seems to end too early
};

// The first line. A file is plain when its first field is 0 or 101 to 115 (our TIDs never are).
// `terminated`: the line had its newline.
[[nodiscard]] std::optional<AcknowledgeFault> read_acknowledge_head(std::string_view line, bool terminated,
                                                                    AcknowledgeHead& head,
                                                                    Tolerated& tolerated);
// Any other line. Without its newline it counts only if its second ';' is there.
[[nodiscard]] std::optional<AcknowledgeFault> read_acknowledge_line(std::string_view line, bool terminated,
                                                                    AcknowledgeLine& out,
                                                                    Tolerated& tolerated);

}  // namespace quittance
