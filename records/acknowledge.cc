#include "records/acknowledge.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "records/result_code.h"
#include "records/tid.h"

namespace quittance {
namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";

// The text before the next ';', which is taken off; nothing when there is none.
std::optional<std::string_view> take_field(std::string_view& line) {
  const auto end = line.find(';');
  if (end == std::string_view::npos) return std::nullopt;
  const auto field = line.substr(0, end);
  line.remove_prefix(end + 1);
  return field;
}

// A code of the table as an exact token: no sign, no blank, no leading zero.
std::optional<int> parse_code(std::string_view token) {
  const auto code = parse_integer<int>(token);
  if (!code || find_result_code(*code) == nullptr) return std::nullopt;
  return code;
}

std::string_view without_return(std::string_view line, Tolerated& tolerated) {
  if (!line.ends_with('\r')) return line;
  tolerated.crlf = true;
  return line.substr(0, line.size() - 1);
}

AcknowledgeFault unknown_code(std::string_view found) {
  return {"acknowledge.code", "status code",
          fmt::format("'{}' is not in the table of codes (0, 101 to 115)", escaped(found, 20)), false};
}

AcknowledgeFault broken(std::string_view line, bool terminated, const char* expected) {
  if (!terminated) {
    return {"acknowledge.truncated", "",
            fmt::format("the file ends in the middle of this line: '{}'", escaped(line, 60)), true};
  }
  return {"acknowledge.syntax", "", fmt::format("'{}' is not {}", escaped(line, 60), expected), false};
}

}  // namespace

std::string Tolerated::text() const {
  std::string out;
  const auto add = [&](bool seen, const char* what) {
    if (seen) out += (out.empty() ? "" : ", ") + std::string(what);
  };
  add(bom, "byte order mark");
  add(crlf, "lines end in CR LF");
  add(no_last_newline, "no newline at the end");
  add(upper_case, "upper-case SUID");
  return out;
}

std::optional<AcknowledgeFault> read_acknowledge_head(std::string_view line, bool terminated,
                                                      AcknowledgeHead& head, Tolerated& tolerated) {
  const auto whole = line;
  const char* expected = "'<TID>;<code>;<message>' or '<code>;<message>'";
  if (line.starts_with(kBom)) {
    tolerated.bom = true;
    line.remove_prefix(kBom.size());
  }
  line = without_return(line, tolerated);
  auto first = take_field(line);
  if (!first) return broken(whole, terminated, expected);
  head.tid.clear();
  auto code_text = first;
  if (!parse_code(*first)) {
    if (!is_tid(*first)) return broken(whole, true, expected);
    head.tid = *first;
    code_text = take_field(line);
    if (!code_text) return broken(whole, terminated, expected);
  }
  const auto code = parse_code(*code_text);
  if (!code) return unknown_code(*code_text);
  if (!terminated) tolerated.no_last_newline = true;
  head.code = *code;
  head.message = line;
  return std::nullopt;
}

std::optional<AcknowledgeFault> read_acknowledge_line(std::string_view line, bool terminated,
                                                      AcknowledgeLine& out, Tolerated& tolerated) {
  const auto whole = line;
  const char* expected = "'<SUID>;<code>;<message>'";
  line = without_return(line, tolerated);
  const auto suid_text = take_field(line);
  const auto code_text = suid_text ? take_field(line) : std::nullopt;
  if (!code_text) return broken(whole, terminated, expected);
  const auto suid = Suid::parse(*suid_text);
  if (!suid) {
    return AcknowledgeFault{"acknowledge.suid", "SUID",
                            fmt::format("'{}' is not 32 hex digits", escaped(*suid_text, 40)), false};
  }
  const auto code = parse_code(*code_text);
  if (!code) return unknown_code(*code_text);
  if (!terminated) tolerated.no_last_newline = true;
  if (std::any_of(suid_text->begin(), suid_text->end(), [](char c) { return c >= 'A' && c <= 'F'; }))
    tolerated.upper_case = true;
  out = {*suid, *code, line};
  return std::nullopt;
}

}  // namespace quittance
