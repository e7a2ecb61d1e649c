#include "pipeline/configuration.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "base/fault.h"
#include "base/text.h"
#include "records/tid.h"

namespace quittance {
namespace {

constexpr std::size_t kLargestFile = 1024 * 1024;
constexpr std::uint64_t kSmallestLog = 4096;

Path below(const Path& state, const std::string& path) {
  return path.empty() ? Path() : (state / path).lexically_normal();
}

char read_separator(SectionReader& reader) {
  const auto text = reader.text("separator", ";");
  const auto separator = parse_separator(text);
  if (!separator)
    throw reader.wrong("separator", "'" + escaped(text) + "' can't separate fields",
                       "use ; or | or tab or comma or another sign");
  return *separator;
}

Layout read_layout(SectionReader& reader) {
  const auto names = reader.list("fields", manual_order());
  if (const auto wrong = wrong_field_list(names))
    throw reader.wrong("fields", *wrong,
                       "the manual's order is: suid, flag, receipt, imei, oem, model, operator, sip-soc");
  return {names, read_separator(reader)};
}

Completeness read_completeness(SectionReader& reader) {
  const auto text = reader.text("complete", "lease");
  const auto complete = parse_completeness(text);
  if (!complete)
    throw reader.wrong("complete", "'" + escaped(text) + "' is no rule", "use lease, marker or age:SECONDS");
  return *complete;
}

std::string read_oem(SectionReader& reader, const std::string& otherwise) {
  const auto oem = reader.text("oem", otherwise);
  if (!is_oem_id(oem))
    throw reader.wrong("oem", "'" + escaped(oem) + "' is no OEM id", "use 1 to 12 letters, digits or _");
  return oem;
}

void read_general(SectionReader& reader, Configuration& configuration) {
  configuration.oem = read_oem(reader, "");
}

void read_ledger(SectionReader& reader, Configuration& configuration) {
  const auto file = reader.text("key-file", "");
  if (!file.empty()) configuration.key_file = below(configuration.state, file);
  configuration.key_command = reader.list("key-command", {});
  if (configuration.key_command.size() == 1)
    configuration.key_command = split_list(configuration.key_command.front(), ' ');
  if (!file.empty() && !configuration.key_command.empty()) {
    throw reader.wrong("key-command", "key-file and key-command are both given", "keep one of them");
  }
}

void read_receipts(SectionReader& reader, Configuration& configuration) {
  configuration.field_bytes = reader.number("field-bytes", 64, 1, 1024);
  for (const auto& key : reader.list("kph-keys", {}))
    configuration.kph_keys.push_back(below(configuration.state, key));
}

ChannelSettings read_channel(const Section& section, SectionReader& reader,
                             const Configuration& configuration) {
  ChannelSettings channel;
  channel.name = section.name;
  channel.kind = reader.required("kind");
  channel.oem = read_oem(reader, configuration.oem);
  channel.layout = read_layout(reader);
  channel.mandatory = reader.list("mandatory", {"suid", "flag", "receipt", "oem", "model"});
  channel.size_limit = reader.number("size-limit", 20'000'000, kSmallestLog, 1'000'000'000);
  channel.due_seconds = reader.duration("due", 24 * 3600);
  channel.retries = static_cast<int>(reader.number("retries", 3, 0, 100));
  channel.acknowledge = below(configuration.state, reader.text("acknowledge", ""));
  channel.complete = read_completeness(reader);
  channel.channel = make_channel(channel.kind, reader, configuration.state);
  return channel;
}

DropSettings read_drop(const Section& section, SectionReader& reader, const Configuration& configuration) {
  DropSettings drop;
  drop.name = section.name;
  drop.kind = reader.one_of("kind", "receipts", {"receipts", "audit"});
  drop.folder = below(configuration.state, reader.required("folder"));
  drop.site = reader.text("site", section.name);
  drop.complete = read_completeness(reader);
  if (drop.kind == "audit") return drop;
  drop.channel =
      reader.text("channel", configuration.channels.size() == 1 ? configuration.channels.front().name : "");
  const bool known = std::any_of(configuration.channels.begin(), configuration.channels.end(),
                                 [&](const ChannelSettings& c) { return c.name == drop.channel; });
  if (!known) {
    throw reader.wrong("channel",
                       drop.channel.empty() ? "the drop names no channel and there are several"
                                            : "there is no channel '" + escaped(drop.channel) + "'",
                       "name one of the [channel.NAME] sections");
  }
  drop.layout = read_layout(reader);
  drop.lot = reader.text("lot", "");
  if (!drop.lot.empty() && !drop.layout.find(drop.lot)) {
    throw reader.wrong("lot", "the field '" + escaped(drop.lot) + "' is not among the drop's fields",
                       "add it to `fields`");
  }
  drop.newest_rework_wins = reader.one_of("rework", "hold", {"hold", "newest"}) == "newest";
  return drop;
}

const Section& first_section(const Settings& settings, const std::string& kind) {
  static const Section kNone;
  for (const auto& section : settings.sections()) {
    if (section.kind == kind) return section;
  }
  return kNone;
}

void refuse_unknown_sections(const Settings& settings) {
  const std::vector<std::string> known = {"general", "ledger", "receipts", "drop", "channel"};
  for (const auto& section : settings.sections()) {
    const bool named = section.kind == "drop" || section.kind == "channel";
    const bool right =
        std::find(known.begin(), known.end(), section.kind) != known.end() && named == !section.name.empty();
    if (right || (section.kind.empty() && section.settings.empty())) continue;
    const auto near = nearest(section.kind, known);
    throw machine_failure(
        "settings.section", fmt::format("{}, line {}", settings.file().string(), section.line),
        fmt::format("[{}{}{}] is no section", section.kind, section.name.empty() ? "" : ".", section.name),
        near ? "did you mean [" + *near + (*near == "drop" || *near == "channel" ? ".NAME]?" : "]?")
             : "the sections are [general], [ledger], [receipts], [drop.NAME] and [channel.NAME]");
  }
}

template <class Read>
void with_reader(const Section& section, const Settings& settings, const Read& read) {
  SectionReader reader(section, settings.file());
  read(reader);
  reader.finish();
}

// Every field that a channel sends must come from somewhere.
void refuse_missing_fields(const Configuration& configuration, const Path& file) {
  for (const auto& drop : configuration.drops) {
    if (drop.kind == "audit") continue;
    for (const auto& name : configuration.channel(drop.channel).layout.names()) {
      if (name == "oem" || name == "flag" || drop.layout.find(name)) continue;
      throw machine_failure(
          "settings.fields", file.string(),
          fmt::format("channel '{}' sends the field '{}', which the lines of drop '{}' don't have",
                      drop.channel, name, drop.name),
          "add it to the drop's `fields`, or take it out of the channel's");
    }
  }
}

// What lies in a folder must belong to one drop, or whose rules hold would be chance.
void refuse_shared_folders(const Configuration& configuration, const Path& file) {
  std::map<Path, std::string> seen;
  for (const auto& drop : configuration.drops) seen[drop.folder.lexically_normal()] += " " + drop.name;
  for (const auto& channel : configuration.channels) {
    // Channels may share a folder: an answer says itself what it belongs to.
    if (const auto found = seen.find(channel.acknowledge); found != seen.end())
      found->second += " " + channel.name;
  }
  for (const auto& [folder, names] : seen) {
    if (std::count(names.begin(), names.end(), ' ') == 1) continue;
    throw machine_failure("settings.shared-folder", file.string(),
                          fmt::format("{} is the folder of several sections:{}", folder.string(), names),
                          "give each its own folder");
  }
}

}  // namespace

const ChannelSettings& Configuration::channel(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& one : channels) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  const auto near = nearest(name, names);
  throw usage_failure(
      "there is no channel '" + escaped(name) + "'",
      near ? "did you mean " + *near + "?" : "see the [channel.NAME] sections of " + file.string());
}

const DropSettings& Configuration::drop(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& one : drops) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  const auto near = nearest(name, names);
  throw usage_failure(
      "there is no drop '" + escaped(name) + "'",
      near ? "did you mean " + *near + "?" : "see the [drop.NAME] sections of " + file.string());
}

LineRules Configuration::rules(const DropSettings& drop) const {
  const auto& to = channel(drop.channel);
  return {drop.layout, to.mandatory, to.layout.separator(), to.oem, field_bytes};
}

Configuration read_configuration(const Path& file, const Path& state) {
  const auto settings = Settings::parse(read_small_file(file, kLargestFile), file);
  refuse_unknown_sections(settings);
  Configuration configuration;
  configuration.file = file;
  configuration.state = state;
  configuration.key_file = state.string() + ".key";
  with_reader(first_section(settings, "general"), settings,
              [&](SectionReader& r) { read_general(r, configuration); });
  with_reader(first_section(settings, "ledger"), settings,
              [&](SectionReader& r) { read_ledger(r, configuration); });
  with_reader(first_section(settings, "receipts"), settings,
              [&](SectionReader& r) { read_receipts(r, configuration); });
  for (const auto& section : settings.sections()) {
    if (section.kind != "channel") continue;
    with_reader(section, settings, [&](SectionReader& r) {
      configuration.channels.push_back(read_channel(section, r, configuration));
    });
  }
  for (const auto& section : settings.sections()) {
    if (section.kind != "drop") continue;
    with_reader(section, settings, [&](SectionReader& r) {
      configuration.drops.push_back(read_drop(section, r, configuration));
    });
  }
  refuse_missing_fields(configuration, file);
  refuse_shared_folders(configuration, file);
  return configuration;
}

}  // namespace quittance
