// Reads a receipt log: header, digest, lines. Says why when it refuses one.
#include "simulators/vendor_log.h"

#include <fmt/core.h>

#include <algorithm>

#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kTidLimit = 64;
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kHeaderLimit = 4096;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// "TID:<TID>;MD:<64 hex>"; false for anything else.
bool read_header(std::string_view line, std::string& tid, Digest& digest) {
  constexpr std::string_view kTid = "TID:";
  constexpr std::string_view kMd = "MD:";
  const std::size_t middle = line.find(';');
  if (!line.starts_with(kTid) || middle == std::string_view::npos) return false;
  const std::string_view digits = line.substr(middle + 1);
  if (!digits.starts_with(kMd) || digits.size() != kMd.size() + kDigestDigits) return false;
  for (std::size_t i = 0; i < kDigestDigits; i += 2) {
    const int high = hex_digit(digits[kMd.size() + i]);
    const int low = hex_digit(digits[kMd.size() + i + 1]);
    if (high < 0 || low < 0) return false;
    digest[i / 2] = static_cast<std::uint8_t>(high << 4 | low);
  }
  tid = line.substr(kTid.size(), middle - kTid.size());
  return is_tid(tid);
}

void refuse(VendorLog& log, int code, std::string reason) {
  log.refusal = code;
  log.reason = std::move(reason);
}

// The header is taken off `bytes`; false when the log is refused.
bool check_header(VendorLog& log, std::string_view& bytes, bool whole) {
  const std::size_t newline = bytes.find('\n');
  Digest stated{};
  std::string tid;
  if (newline == std::string_view::npos || !read_header(bytes.substr(0, newline), tid, stated)) {
    refuse(log, code::kSyntax, "Line 1 is not TID:<TID>;MD:<64 hex digits>");
    return false;
  }
  log.tid = tid;
  bytes.remove_prefix(newline + 1);
  if (!whole) return true;
  const Digest found = sha256(bytes);
  if (found == stated) return true;
  refuse(log, code::kUnknownError, "MD mismatch: the digest of the lines is " + to_hex(found));
  return false;
}

void split_lines(VendorLog& log, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const bool terminated = newline != std::string_view::npos;
    const std::string_view line = bytes.substr(0, newline);
    log.lines.push_back({std::string(line), terminated});
    bytes.remove_prefix(terminated ? newline + 1 : bytes.size());
  }
}

std::string beginning(const Path& file) {
  const Fd fd = open_to_read(file);
  Bytes bytes(kHeaderLimit);
  bytes.resize(read_at(fd, file, 0, bytes));
  return std::string(as_text(bytes));
}

}  // namespace

bool is_tid(std::string_view text) {
  if (text.empty() || text.size() > kTidLimit || text.front() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && std::string_view(";/\"'").find(c) == std::string_view::npos;
  });
}

VendorLog read_vendor_log(const Path& file, bool headerless, std::uint64_t limit) {
  VendorLog log;
  const bool whole = std::filesystem::file_size(file) <= limit;
  const std::string content = whole ? read_small_file(file, limit) : beginning(file);
  log.digest = whole ? sha256(content) : digest_file(file);
  log.tid = file.stem().string();
  if (!is_tid(log.tid)) log.tid = "unnamed-" + to_hex(log.digest).substr(0, 16);
  std::string_view bytes = content;
  if (!headerless && !check_header(log, bytes, whole)) return log;
  if (whole)
    split_lines(log, bytes);
  else
    refuse(log, code::kUnknownError, fmt::format("The receipt log file is larger than {} bytes", limit));
  return log;
}

}  // namespace quittance::simulators
