#include "records/receipt_log.h"

#include <fmt/format.h>

#include "records/tid.h"

namespace quittance {

std::string receipt_log_header(std::string_view tid, const Digest& digest) {
  return fmt::format("TID:{};MD:{}\n", tid, to_hex(digest));
}

std::optional<ReceiptLogHeader> parse_receipt_log_header(std::string_view line) {
  const auto end = line.find(';');
  if (!line.starts_with("TID:") || end == std::string_view::npos) return std::nullopt;
  const auto tid = line.substr(4, end - 4);
  const auto rest = line.substr(end + 1);
  ReceiptLogHeader header;
  if (!is_tid(tid) || !rest.starts_with("MD:") || rest.size() != 3 + 64) return std::nullopt;
  if (!from_hex(rest.substr(3), header.digest)) return std::nullopt;
  header.tid = tid;
  return header;
}

}  // namespace quittance
