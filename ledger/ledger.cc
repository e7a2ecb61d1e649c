#include "ledger/ledger.h"

#include <fmt/format.h>
#include <array>

#include "base/fault.h"
#include "ledger_schema.h"

namespace quittance {
namespace {

Path file_of(const Path& state) { return state / "ledger.db"; }
Path check_file_of(const Path& state) { return state / "ledger.check"; }

void refuse_network(const Path& state) {
  const auto network = network_file_system(state);
  if (!network) return;
  throw machine_failure(
      "ledger.network", state.string(), "the ledger lies on a network file system (" + *network + ")",
      "move the state folder to a local disk: locks and syncs can't be trusted over a network");
}

void refuse_wrong_key(const Path& state, const Secret& key) {
  const auto file = check_file_of(state);
  if (!is_there(file)) return;
  if (read_small_file(file, 256) == key_check_value(key) + "\n") return;
  throw machine_failure(
      "ledger.wrong-key", file_of(state).string(), "this is not the ledger's key",
      "give the key file that init made for this state folder (key-file in quittance.conf)");
}

const Path& checked(const Path& state, const Secret& key) {
  refuse_network(state);
  if (!is_there(file_of(state))) {
    throw machine_failure("ledger.missing", file_of(state).string(), "there is no ledger",
                          "make one with `quittance init --oem ID`, or name the right folder with --state");
  }
  refuse_wrong_key(state, key);
  return state;
}

std::string draw_instance() {
  std::array<std::uint8_t, 2> bytes{};
  fill_random(bytes);
  return to_hex(bytes);
}

}  // namespace

std::string key_check_value(const Secret& key) {
  Sha256 sha;
  sha.add(std::string_view("quittance ledger key check\n"));
  sha.add(ByteView(key.bytes()));
  return to_hex(ByteView(sha.value()).first(8));
}

void Ledger::create(const Path& state, const Secret& key, const std::string& oem) {
  refuse_network(state);
  {
    Database database(file_of(state), key, Access::write, true);
    Transaction transaction(database);
    database.run(std::string(kSchema1));
    database.run(fmt::format("PRAGMA user_version={}", kSchemaVersion));
    auto& insert = database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
    const auto instance = draw_instance();
    insert.bind("oem", oem).done();
    insert.bind("instance", instance).done();
    insert.bind("made", to_text(now())).done();
    const nlohmann::json genesis = {
        {"oem", oem}, {"instance", instance}, {"made", to_text(now())}, {"schema", kSchemaVersion}};
    Journal(database, who_acts())
        .append(1, now(), "init", oem + "-" + instance, 0, Sha256().value(), genesis);
    transaction.commit();
  }
  if (!write_durably(check_file_of(state), key_check_value(key) + "\n")) {
    throw machine_failure("init.exists", check_file_of(state).string(), "it exists already",
                          "choose another state folder");
  }
}

Ledger::Ledger(const Path& state, const Secret& key, Access access)
    : database_(file_of(checked(state, key)), key, access, false), journal_(database_, who_acts()) {
  auto& row = database_.prepare("PRAGMA user_version");
  const auto version = row.step() ? row.integer(0) : 0;
  row.reset();
  if (version != kSchemaVersion) {
    throw machine_failure(
        "ledger.version", file_of(state).string(),
        fmt::format("the ledger has schema version {}, this program knows {}", version, kSchemaVersion),
        "use the program that wrote it, or a newer one");
  }
  if (access == Access::read) database_.run("BEGIN");  // one view of everything, whoever writes meanwhile
}

std::string Ledger::meta(const std::string& name) {
  auto& row = database_.prepare("SELECT value FROM meta WHERE name = ?");
  std::string value;
  if (row.bind(name).step()) value = row.text(0);
  row.reset();
  return value;
}

std::int64_t Ledger::channel(const std::string& name) {
  auto& row = database_.prepare("SELECT id FROM channel WHERE name = ?");
  if (row.bind(name).step()) {
    const auto id = row.integer(0);
    row.reset();
    return id;
  }
  row.reset();
  database_.prepare("INSERT INTO channel (name) VALUES (?)").bind(name).done();
  return channel(name);
}

std::string Ledger::channel_name(std::int64_t id) {
  auto& row = database_.prepare("SELECT name FROM channel WHERE id = ?");
  std::string name = row.bind(id).step() ? row.text(0) : std::string();
  row.reset();
  return name;
}

}  // namespace quittance
