// The first line of a receipt log file (manual 4.5.1.4): `TID:<TID>;MD:<SHA-256 of all that follows>`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace quittance {

// With its newline. Its length depends on the TID alone, so it can be patched once the digest is known.
[[nodiscard]] std::string receipt_log_header(std::string_view tid, const Digest& digest);

struct ReceiptLogHeader {
  std::string tid;
  Digest digest{};
};
// Reads the line without its newline; digits of the digest in either case.
[[nodiscard]] std::optional<ReceiptLogHeader> parse_receipt_log_header(std::string_view line);

}  // namespace quittance
