// The vendor's own reader of receipt logs (manual 4.3.1). It shares nothing with whoever writes them:
// two readers of one format is the point.
#pragma once

#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace quittance::simulators {

struct VendorLine {
  std::string text;        // without its newline
  bool terminated = true;  // had its newline
};

struct VendorLog {
  std::string tid;     // usable as a file name, always
  Digest digest{};     // of the whole file
  int refusal = 0;     // a code when the log is refused as a whole; it has no lines then
  std::string reason;  // of the refusal
  std::vector<VendorLine> lines;
};

// `headerless`: there is no line with TID and MD, as in e-mail; the TID is the file's name then.
// A file over `limit` bytes is refused.
[[nodiscard]] VendorLog read_vendor_log(const Path& file, bool headerless, std::uint64_t limit);

// 1 to 64 printable characters without ; / space or quotes, and no dot at the beginning.
[[nodiscard]] bool is_tid(std::string_view text);

}  // namespace quittance::simulators
