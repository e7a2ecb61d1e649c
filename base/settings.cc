// The INI file, line by line. What is not understood stops the run: a setting that is misread in the
// dark costs more than a night that doesn't start.
#include "base/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/text.h"

namespace quittance {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

bool made_of(std::string_view text, std::initializer_list<std::string_view> sets) {
  const auto known = [&](char c) {
    return std::any_of(sets.begin(), sets.end(),
                       [&](std::string_view set) { return set.find(c) != std::string_view::npos; });
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), known);
}

class Parser {
 public:
  Parser(const Path& file, std::vector<Section>& sections) : file_(file), sections_(sections) {}

  void take(std::string_view raw) {
    ++line_;
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    const std::string_view text = trimmed(raw);
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    want_printable(text);
    if (text.front() == '[') {
      take_section(text);
    } else {
      take_setting(text);
    }
  }

 private:
  [[nodiscard]] Failure wrong(const char* id, std::string problem, std::string mend) const {
    return {Exit::machine, Fault{id, Severity::trouble, file_.string(), static_cast<std::uint64_t>(line_), "",
                                 std::move(problem), std::move(mend)}};
  }

  void want_printable(std::string_view text) const {
    const auto bad = [](char c) { return c != '\t' && has_control({&c, 1}); };
    if (std::none_of(text.begin(), text.end(), bad)) return;
    throw wrong("settings.syntax", fmt::format("there is a control character in \"{}\"", escaped(text)),
                "take it out; only tabs are allowed");
  }

  void take_section(std::string_view text) {
    const std::size_t dot = text.find('.');
    const bool closed = text.ends_with(']') && text.size() > 2;
    const std::string_view inner = closed ? text.substr(1, text.size() - 2) : "";
    const std::string_view kind =
        inner.substr(0, dot == std::string_view::npos ? std::string_view::npos : dot - 1);
    const std::string_view name =
        dot == std::string_view::npos || !closed ? "" : text.substr(dot + 1, text.size() - dot - 2);
    if (!made_of(kind, {kLower, kDigits, "-_"}) ||
        (dot != std::string_view::npos && !made_of(name, {kLower, kUpper, kDigits, "-_"}))) {
      throw wrong("settings.syntax", fmt::format("\"{}\" is no heading of a section", escaped(text)),
                  "write [kind] or [kind.NAME], the name of letters, digits, - and _");
    }
    for (const Section& other : sections_) {
      if (other.kind == kind && other.name == name) throw twice(std::string(text), "section", other.line);
    }
    sections_.push_back({std::string(kind), std::string(name), line_, {}});
  }

  void take_setting(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string key(trimmed(text.substr(0, equals)));
    if (equals == std::string_view::npos || !made_of(key, {kLower, kDigits, "-."})) {
      throw wrong(
          "settings.syntax", fmt::format("\"{}\" is neither setting nor section nor comment", escaped(text)),
          "write key = value, the key of lower-case letters, digits, - and ., or begin a comment with #");
    }
    if (sections_.empty()) sections_.push_back({"", "", line_, {}});
    std::vector<Setting>& settings = sections_.back().settings;
    for (const Setting& other : settings) {
      if (other.key == key) throw twice(key, "setting", other.line);
    }
    settings.push_back({key, std::string(trimmed(text.substr(equals + 1))), line_});
  }

  [[nodiscard]] Failure twice(const std::string& what, const char* kind, int first) const {
    return wrong("settings.twice", fmt::format("the {} {} is there already in line {}", kind, what, first),
                 "keep one of the two");
  }

  const Path& file_;
  std::vector<Section>& sections_;
  int line_ = 0;
};

}  // namespace

Settings Settings::parse(const std::string& text, const Path& file) {
  Settings settings;
  settings.file_ = file;
  Parser parser(settings.file_, settings.sections_);
  std::string_view rest = text;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    parser.take(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return settings;
}

}  // namespace quittance
