// Taking typed values out of a section of the settings, with complaints that name file, line and key.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/clock.h"
#include "base/settings.h"
#include "base/text.h"

namespace quittance {
namespace {

std::string heading(const Section& section) {
  if (section.kind.empty()) return "the part before the first section";
  const std::string dot = section.name.empty() ? "" : ".";
  return fmt::format("the section [{}{}{}]", section.kind, dot, section.name);
}

std::string quoted(const std::string& value) { return "\"" + escaped(value) + "\""; }

}  // namespace

SectionReader::SectionReader(const Section& section, const Path& file) : section_(section), file_(file) {}

const Setting* SectionReader::find(const std::string& key) {
  known_.insert(key);
  for (const Setting& setting : section_.settings) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

std::string SectionReader::text(const std::string& key, const std::string& otherwise) {
  const Setting* setting = find(key);
  return setting != nullptr ? setting->value : otherwise;
}

std::string SectionReader::required(const std::string& key) {
  const Setting* setting = find(key);
  if (setting == nullptr) {
    throw wrong(key, heading(section_) + " lacks this key",
                fmt::format("add a line \"{} = ...\" to it", key));
  }
  if (setting->value.empty()) throw wrong(key, "it has no value", "write a value behind the equals sign");
  return setting->value;
}

std::uint64_t SectionReader::number(const std::string& key, std::uint64_t otherwise, std::uint64_t low,
                                    std::uint64_t high) {
  const Setting* setting = find(key);
  if (setting == nullptr) return otherwise;
  const auto value = parse_integer<std::uint64_t>(setting->value);
  if (value && *value >= low && *value <= high) return *value;
  throw wrong(key, quoted(setting->value) + " is no number that fits here",
              fmt::format("write a whole number from {} to {}", low, high));
}

std::int64_t SectionReader::duration(const std::string& key, std::int64_t otherwise_seconds) {
  const Setting* setting = find(key);
  if (setting == nullptr) return otherwise_seconds;
  if (const auto value = parse_duration(setting->value)) return *value;
  throw wrong(key, quoted(setting->value) + " is no length of time", "write it like 90s, 15m, 24h or 3d");
}

bool SectionReader::yes_no(const std::string& key, bool otherwise) {
  const Setting* setting = find(key);
  if (setting == nullptr) return otherwise;
  if (setting->value == "yes") return true;
  if (setting->value == "no") return false;
  throw wrong(key, quoted(setting->value) + " is neither yes nor no", "write yes or no");
}

std::string SectionReader::one_of(const std::string& key, const std::string& otherwise,
                                  const std::vector<std::string>& allowed) {
  const Setting* setting = find(key);
  if (setting == nullptr) return otherwise;
  if (std::find(allowed.begin(), allowed.end(), setting->value) != allowed.end()) return setting->value;
  throw wrong(key, quoted(setting->value) + " is not possible here",
              fmt::format("write one of: {}", fmt::join(allowed, ", ")));
}

std::vector<std::string> SectionReader::list(const std::string& key,
                                             const std::vector<std::string>& otherwise) {
  const Setting* setting = find(key);
  if (setting == nullptr) return otherwise;
  std::vector<std::string> parts = split_list(setting->value, ',');
  if (std::find(parts.begin(), parts.end(), "") == parts.end()) return parts;
  throw wrong(key, "there is nothing between two commas or at the end of the list",
              "take out the comma that is too many");
}

Failure SectionReader::wrong(const std::string& key, const std::string& problem,
                             const std::string& mend) const {
  int line = section_.line;
  for (const Setting& setting : section_.settings) {
    if (setting.key == key) line = setting.line;
  }
  return {Exit::machine, Fault{"settings.value", Severity::trouble, file_.string(),
                               static_cast<std::uint64_t>(line), key, problem, mend}};
}

void SectionReader::finish() const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const Setting& setting : section_.settings) {
    if (known_.count(setting.key) != 0) continue;
    const std::string problem = heading(section_) + " knows no such key";
    if (known.empty()) throw wrong(setting.key, problem, "take the line out, no key is known here");
    if (const auto near = nearest(setting.key, known)) {
      throw wrong(setting.key, problem, fmt::format("did you mean {}? Otherwise take the line out", *near));
    }
    throw wrong(setting.key, problem, fmt::format("write one of: {}", fmt::join(known, ", ")));
  }
}

}  // namespace quittance
