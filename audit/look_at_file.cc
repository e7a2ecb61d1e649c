// The scout's own work, in its own process.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "audit/confinement.h"
#include "audit/file_header.h"
#include "audit/foreign_database.h"
#include "audit/foreign_schema.h"
#include "audit/record_facts.h"
#include "audit/scout.h"
#include "audit/scout_message.h"
#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr unsigned kLeastSeconds = 60;
constexpr std::uint64_t kBytesPerSecond = 8 * 1024 * 1024;  // far slower than any disk that is used for this
constexpr std::size_t kLongestOwner = 64;
constexpr std::uint64_t kLeastRow = 16;  // bytes in the file; a genuine row has 300 or more

class Look {
 public:
  Look(const Evidence& evidence, Channel& channel) : evidence_(evidence), channel_(channel) {}

  void run(std::optional<std::int64_t> after, std::size_t chunk_rows) {
    const HeaderLook header = look_at_header(evidence_);
    for (const AuditFinding& finding : header.findings) tell(finding);
    if (header.is_sqlite) look_inside(after, chunk_rows);
    WireWriter end;
    end.u8(static_cast<std::uint8_t>(ScoutMessage::end));
    send(end);
  }

 private:
  void look_inside(std::optional<std::int64_t> after, std::size_t chunk_rows) {
    ForeignDatabase database(evidence_.fd);
    confine();
    const auto seconds = kLeastSeconds + static_cast<unsigned>(evidence_.bytes / kBytesPerSecond);
    limit_processor_time(seconds);
    seconds_ = seconds;
    database.set_deadline(seconds);
    if (const ForeignError error = database.touch(); error.code != SQLITE_OK) return tell_error(error, "");
    const SchemaLook schema = look_at_schema(database);
    for (const AuditFinding& finding : schema.findings) tell(finding);
    tell_properties(database, schema);
    if (schema.has_records) walk(database, after, chunk_rows);
    WireWriter walked;
    walked.u8(static_cast<std::uint8_t>(ScoutMessage::walked));
    send(walked);
    if (!after) check_pages(database);
  }

  void tell_properties(ForeignDatabase& database, const SchemaLook& schema) {
    Properties properties;
    if (schema.has_records && schema.findings.empty()) properties.version = 1;
    if (schema.has_properties) properties = read_properties(database);
    WireWriter out;
    out.u8(static_cast<std::uint8_t>(ScoutMessage::properties));
    out.u8(static_cast<std::uint8_t>(properties.version));
    out.text(properties.tp_device_id);
    send(out);
  }

  Properties read_properties(ForeignDatabase& database) {
    Properties properties;
    properties.version = 2;
    ForeignStatement rows = database.prepare("SELECT id, version, tp_device_id FROM properties");
    int count = 0;
    Step step = rows.step();
    for (; step == Step::row && count < 2; step = rows.step(), ++count) {
      const bool is_known = rows.type(1) == SQLITE_INTEGER && rows.integer(1) == 2 && rows.integer(0) == 1 &&
                            rows.type(2) == SQLITE_TEXT && is_owner(rows.text(2));
      if (!is_known) {
        tell({AuditKind::properties, 0, std::nullopt, "properties",
              "its row is not (1, 2, device id as text)"});
      }
      if (rows.type(2) == SQLITE_TEXT) properties.tp_device_id = escaped(rows.text(2), kLongestOwner);
    }
    if (step == Step::failed) tell_error(rows.error(), "properties");
    if (step != Step::failed && count != 1)
      tell({AuditKind::properties, 0, std::nullopt, "properties",
            count == 0 ? "it is empty; expected one row" : "it has more than one row"});
    return properties;
  }

  [[nodiscard]] static bool is_owner(std::string_view text) {
    return !text.empty() && text.size() <= kLongestOwner && is_valid_utf8(text) && !has_control(text);
  }

  void walk(ForeignDatabase& database, std::optional<std::int64_t> after, std::size_t chunk_rows) {
    ForeignStatement rows =
        database.prepare(after ? "SELECT id FROM records WHERE id > ?1" : "SELECT id FROM records");
    if (after) rows.bind(1, *after);
    std::vector<std::int64_t> chunk;
    Step step = Step::row;
    std::uint64_t count = 0;
    while ((step = rows.step()) == Step::row) {
      if (++count > evidence_.bytes / kLeastRow) {  // pages that are their own grandchildren
        tell({AuditKind::damaged, 0, std::nullopt, "records",
              "the walk meets more rows than the file can hold"});
        break;
      }
      chunk.push_back(rows.integer(0));
      if (chunk.size() < chunk_rows) continue;
      tell_chunk(chunk);
      database.set_deadline(seconds_);  // the parent may have let us wait
    }
    const std::string last = chunk.empty() ? "" : fmt::format(", behind the row with id {}", chunk.back());
    tell_chunk(chunk);
    if (step == Step::failed)
      tell_error(rows.error(), "records", "the walk over the table stops" + last + ": ");
  }

  void tell_chunk(std::vector<std::int64_t>& chunk) {
    if (chunk.empty()) return;
    WireWriter out;
    out.u8(static_cast<std::uint8_t>(ScoutMessage::chunk));
    for (const std::int64_t id : chunk) out.i64(id);
    send(out);
    chunk.clear();
  }

  void check_pages(ForeignDatabase& database) {
    ForeignStatement rows = database.prepare("PRAGMA quick_check(20)");
    Step step = Step::row;
    while ((step = rows.step()) == Step::row) {
      const std::string text = escaped(rows.text(0));
      if (text != "ok") tell({AuditKind::damaged, 0, std::nullopt, "", text});
    }
    if (step == Step::failed) tell_error(rows.error(), "", "the check of all pages stops: ");
  }

  void tell_error(const ForeignError& error, const std::string& field, const std::string& before = "") {
    const AuditKind kind = error.code == SQLITE_NOTADB ? AuditKind::not_sqlite
                           : error.code == SQLITE_INTERRUPT || error.code == SQLITE_NOMEM
                               ? AuditKind::unverified
                               : AuditKind::damaged;
    tell({kind, 0, std::nullopt, field, before + error.text});
  }

  void tell(const AuditFinding& finding) {
    WireWriter out;
    out.u8(static_cast<std::uint8_t>(ScoutMessage::finding));
    put(out, finding);
    send(out);
  }

  void send(WireWriter& out) {
    if (!channel_.send(out.take())) throw WireError("nobody listens");
  }

  const Evidence& evidence_;
  Channel& channel_;
  unsigned seconds_ = kLeastSeconds;
};

}  // namespace

void look_at_file(const Evidence& evidence, std::optional<std::int64_t> after, std::size_t chunk_rows,
                  Channel& channel) {
  Look(evidence, channel).run(after, chunk_rows);
}

}  // namespace quittance::audit
