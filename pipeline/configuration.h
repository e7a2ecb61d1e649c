// quittance.conf as values: what is collected where, what is sent how, with which rules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporters/channel.h"
#include "importers/inbox.h"
#include "records/receipt.h"

namespace quittance {

struct ChannelSettings {
  std::string name;
  std::string kind;
  std::string oem;  // of the vendor's backend, in every line and TID
  Layout layout{{}, ';'};
  std::vector<std::string> mandatory;
  std::uint64_t size_limit = 20'000'000;  // bytes of one receipt log
  std::int64_t due_seconds = 0;           // an answer is overdue after this
  int retries = 3;                        // for the codes that are tried again
  Path acknowledge;                       // folder where acknowledge files arrive
  Completeness complete;                  // of acknowledge files
  std::shared_ptr<Channel> channel;
};

struct DropSettings {
  std::string name;
  std::string kind;  // receipts or audit
  Path folder;
  std::string channel;
  std::string site;
  Layout layout{{}, ';'};
  std::string lot;  // field that names the production lot, may be empty
  Completeness complete;
  bool newest_rework_wins = false;
};

struct Configuration {
  Path file;
  Path state;
  std::string oem;
  Path key_file;                         // or
  std::vector<std::string> key_command;  // its output is the key
  std::size_t field_bytes = 64;
  std::vector<Path> kph_keys;  // public keys of the KPHs; empty: signatures are not checked
  std::vector<DropSettings> drops;
  std::vector<ChannelSettings> channels;

  [[nodiscard]] const ChannelSettings& channel(const std::string& name) const;  // throws Failure(usage)
  [[nodiscard]] const DropSettings& drop(const std::string& name) const;        // throws Failure(usage)
  [[nodiscard]] LineRules rules(const DropSettings& drop) const;
};

// Reads and checks the whole file. Throws Failure(machine) that names file, line and key.
[[nodiscard]] Configuration read_configuration(const Path& file, const Path& state);
// The commented file that init writes.
[[nodiscard]] std::string configuration_template(const std::string& oem, const std::string& key_file);

}  // namespace quittance
