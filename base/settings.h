// An INI file with sections, line numbers and nothing clever: `key = value` in `[section]` or
// `[section.NAME]`; a line that begins with # or ; is a comment, and both are ordinary inside values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fault.h"
#include "base/file.h"

namespace quittance {

struct Setting {
  std::string key;
  std::string value;
  int line = 0;
};

struct Section {
  std::string kind;  // "channel" of [channel.folder]; "" for lines before any section
  std::string name;  // "folder" of [channel.folder], may be empty
  int line = 0;
  std::vector<Setting> settings;
};

class Settings {
 public:
  // Throws Failure(machine) naming file and line for anything that is not section, setting, comment
  // or blank, and for a section or key that occurs twice.
  [[nodiscard]] static Settings parse(const std::string& text, const Path& file);
  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }
  [[nodiscard]] const Path& file() const { return file_; }

 private:
  std::vector<Section> sections_;
  Path file_;
};

// Takes the settings out of one section, one by one, and complains about what nobody asked for.
class SectionReader {
 public:
  SectionReader(const Section& section, const Path& file);
  [[nodiscard]] std::string text(const std::string& key, const std::string& otherwise);
  [[nodiscard]] std::string required(const std::string& key);
  [[nodiscard]] std::uint64_t number(const std::string& key, std::uint64_t otherwise, std::uint64_t low,
                                     std::uint64_t high);
  [[nodiscard]] std::int64_t duration(const std::string& key, std::int64_t otherwise_seconds);
  [[nodiscard]] bool yes_no(const std::string& key, bool otherwise);
  // One of `allowed`, or its own fault.
  [[nodiscard]] std::string one_of(const std::string& key, const std::string& otherwise,
                                   const std::vector<std::string>& allowed);
  [[nodiscard]] std::vector<std::string> list(const std::string& key,
                                              const std::vector<std::string>& otherwise);
  // A Failure that names file, line and key.
  [[nodiscard]] Failure wrong(const std::string& key, const std::string& problem,
                              const std::string& mend) const;
  // Call when all keys were asked for: an unknown one is a Failure naming the nearest known key.
  void finish() const;

 private:
  [[nodiscard]] const Setting* find(const std::string& key);
  const Section& section_;
  const Path& file_;
  std::set<std::string> known_;
};

}  // namespace quittance
