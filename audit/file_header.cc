#include "audit/file_header.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <string_view>

namespace quittance::audit {
namespace {

constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::uint8_t kWriteAheadLog = 2;

using Header = std::array<std::uint8_t, kHeaderBytes>;

std::uint32_t number(const Header& header, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8U | header[at + i];
  return value;
}

AuditFinding finding(AuditKind kind, std::string problem) {
  return {kind, 0, std::nullopt, "", std::move(problem)};
}

std::string wrong_size(const Header& header, std::uint64_t bytes) {
  const std::uint32_t stated = number(header, 16, 2);
  const std::uint64_t page = stated == 1 ? 65536 : stated;
  if (page < 512 || !std::has_single_bit(page))
    return fmt::format("its header states pages of {} bytes; SQLite has powers of two from 512 to 65536",
                       stated);
  if (bytes % page != 0)
    return fmt::format("it has {} bytes, which is not a whole number of its pages of {} bytes", bytes, page);
  const bool is_current = number(header, 24, 4) == number(header, 92, 4);  // else SQLite ignores the count
  const std::uint64_t pages = number(header, 28, 4);
  if (is_current && pages != bytes / page)
    return fmt::format("its header states {} pages, the file has {}", pages, bytes / page);
  return "";
}

}  // namespace

HeaderLook look_at_header(const Evidence& evidence) {
  HeaderLook look;
  Header header{};
  const std::size_t got = read_at(evidence.fd, "the copy of the log", 0, header);
  look.is_sqlite = got == header.size() && as_text(ByteView(header).first(kMagic.size())) == kMagic;
  if (!look.is_sqlite) {
    look.findings.push_back(
        finding(AuditKind::not_sqlite, got == 0 ? "file is empty" : "file is not a database"));
    return look;
  }
  if (std::string problem = wrong_size(header, evidence.bytes); !problem.empty())
    look.findings.push_back(finding(AuditKind::damaged, std::move(problem)));
  if (header[18] == kWriteAheadLog || header[19] == kWriteAheadLog) {
    look.findings.push_back(finding(AuditKind::journal,
                                    "the log was written with a write-ahead log, which is another file; "
                                    "only what the main file holds is verified"));
  }
  return look;
}

}  // namespace quittance::audit
