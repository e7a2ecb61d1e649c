#include "importers/acknowledge_file.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"

namespace quittance {
namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kMostLines = 400'000;
constexpr std::size_t kLongestMessage = 500;

Fault fault_at(const Path& path, std::uint64_t line, const AcknowledgeFault& what) {
  const char* mend = what.truncated ? "ask the vendor for the whole file; what could be read is applied"
                                    : "show the line to the vendor; the other lines are applied";
  return {what.id, Severity::finding, path.filename().string(), line, what.field, what.problem, mend};
}

bool is_bad_text(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  return has_control(text) || !is_valid_utf8(text);
}

AcknowledgeFault bad_text(std::string_view text) {
  return {"acknowledge.characters", "",
          fmt::format("'{}' holds a control character or is not UTF-8", escaped(text, 60)), false};
}

AcknowledgeFault too_long(const Line& line) {
  return {"acknowledge.long", "",
          fmt::format("{} bytes found, {} at the most for a line", line.length, kLongestLine), false};
}

std::optional<AcknowledgeFault> read_first(LineReader& reader, AcknowledgeFile& file) {
  Line line;
  if (!reader.next(line)) return AcknowledgeFault{"acknowledge.empty", "", "the file is empty", true};
  if (line.cut) return too_long(line);
  if (is_bad_text(line.text)) return bad_text(line.text);
  return read_acknowledge_head(line.text, line.terminated, file.head, file.tolerated);
}

}  // namespace

std::optional<AcknowledgeFile> read_acknowledge_file(const Fd& fd, const Path& path,
                                                     const std::function<void(Fault)>& on_fault) {
  LineReader reader(fd, path, kLongestLine);
  AcknowledgeFile file;
  if (const auto fault = read_first(reader, file)) {
    on_fault(fault_at(path, 1, *fault));
    return std::nullopt;
  }
  Line line;
  while (reader.next(line)) {
    if (line.text.empty() && !line.cut) continue;
    AcknowledgeLine read;
    std::optional<AcknowledgeFault> fault;
    if (line.cut)
      fault = too_long(line);
    else if (is_bad_text(line.text))
      fault = bad_text(line.text);
    else
      fault = read_acknowledge_line(line.text, line.terminated, read, file.tolerated);
    if (fault) {
      ++file.faulty;
      file.truncated = file.truncated || fault->truncated;
      on_fault(fault_at(path, line.number, *fault));
      continue;
    }
    if (file.lines.size() == kMostLines) {
      on_fault(fault_at(path, line.number,
                        {"acknowledge.lines", "",
                         fmt::format("more than {} lines: no transmission has so many", kMostLines), false}));
      return std::nullopt;
    }
    file.lines.push_back({read.suid, read.code, static_cast<std::uint32_t>(line.number),
                          static_cast<std::uint32_t>(line.offset)});
  }
  file.digest = reader.digest();
  return file;
}

std::string message_of_line(const AcknowledgeFile& file, const Fd& fd, const Path& path,
                            std::uint32_t number) {
  const auto found =
      std::lower_bound(file.lines.begin(), file.lines.end(), number,
                       [](const AcknowledgedLine& line, std::uint32_t n) { return line.number < n; });
  if (found == file.lines.end() || found->number != number) return "";
  std::string text(kLongestLine, '\0');
  text.resize(read_at(fd, path, found->offset, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  text.resize(std::min(text.find('\n'), text.size()));
  AcknowledgeLine read;
  Tolerated tolerated;
  if (read_acknowledge_line(text, true, read, tolerated)) return "";
  return std::string(read.message.substr(0, kLongestMessage));
}

}  // namespace quittance
