// init: a state folder, ready to run.
#include <fmt/format.h>

#include <array>
#include <cstring>

#include "base/fault.h"
#include "base/file_rename.h"
#include "base/text.h"
#include "pipeline/commands.h"
#include "records/tid.h"

namespace quittance {
namespace {

constexpr std::array kFolders = {
    "inbox/receipts",      "inbox/acknowledge", "outbox/folder", "archive/receipts", "archive/receipt-logs",
    "archive/acknowledge", "quarantine",        "spool",         "reports"};

Secret draw_key() {
  Secret key(32);
  fill_random(key.bytes());
  return key;
}

void write_key(const Path& file, const Secret& key) {
  auto text = to_hex(key.bytes()) + "\n";
  const bool written = write_durably(file, text);
  explicit_bzero(text.data(), text.size());
  if (written) return;
  throw machine_failure("init.exists", file.string(), "the key file exists already",
                        "move it away, or choose another state folder");
}

void refuse_existing(const Path& state) {
  if (!is_taken(state)) return;
  if (is_folder(state) && std::filesystem::is_empty(state)) return;
  throw machine_failure("init.exists", state.string(), "the folder exists and is not empty",
                        "choose another folder with --state; nothing was changed");
}

// An init that was killed leaves the folder in the making, and perhaps the key. That key is used again:
// a key is never removed, and this one opens nothing else. A key without such a folder is another's.
Secret key_for(const Path& key_file, const Path& making) {
  const bool begun = is_folder(making);
  make_folder(making);
  for (const auto& left : list_folder(making)) std::filesystem::remove_all(making / left);
  remove_unfinished(key_file.parent_path(), key_file.filename().string());
  if (begun && is_there(key_file)) return read_key_file(key_file);
  auto key = draw_key();
  write_key(key_file, key);
  return key;
}

void refuse_strange_key(const Path& key_file, const Path& making) {
  if (!is_taken(key_file) || is_folder(making)) return;
  throw machine_failure("init.exists", key_file.string(), "the key file exists already",
                        "move it away, or choose another state folder");
}

// Everything is made beside the final name, so that a state folder is either whole or not there.
void init(Context& context) {
  const auto oem = context.invocation().value("oem");
  if (!is_oem_id(oem))
    throw usage_failure("--oem wants an OEM id of 1 to 12 letters, digits or _",
                        "for example: init --oem ACME");
  const auto& state = context.state();
  refuse_existing(state);
  const auto key_file = Path(state.string() + ".key");
  const auto making = Path(state.string() + ".making");
  refuse_strange_key(key_file, making);
  const auto key = key_for(key_file, making);
  for (const auto* folder : kFolders) make_folder(making / folder);
  if (!write_durably(making / "quittance.conf",
                     configuration_template(oem, "../" + key_file.filename().string()))) {
    throw program_failure(making.string(), "the configuration could not be made");
  }
  Ledger::create(making, key, oem);
  if (is_there(state)) std::filesystem::remove(state);
  if (!move_durably(making, state))
    throw machine_failure("init.exists", state.string(), "it appeared meanwhile", "choose another folder");
  context.report().json() = {{"state", state.string()}, {"key_file", key_file.string()}, {"oem", oem}};
  context.report().line(fmt::format(
      "Made {} for {}. Its key is {}: keep a copy elsewhere, without it the ledger can't be read.",
      state.string(), oem, key_file.string()));
  context.report().line(fmt::format("Put receipt drops into {}, then: quittance --state {} run",
                                    (state / "inbox/receipts").string(), state.string()));
}

}  // namespace

CommandEntry init_command() {
  return {{"init",
           "",
           0,
           0,
           "make a state folder with ledger, key and configuration",
           "Makes the state folder (inbox, outbox, archive, quarantine, spool, reports), an encrypted "
           "ledger, a commented "
           "quittance.conf with one drop and one channel, and the ledger's key beside it in DIR.key. Refuses "
           "to overwrite anything.",
           {{"oem", "ID", "your identification in the vendor's backend, 1 to 12 letters, digits or _"}},
           "quittance --state /var/lib/quittance init --oem ACME\n    makes /var/lib/quittance and "
           "/var/lib/quittance.key"},
          init,
          false};
}

}  // namespace quittance
