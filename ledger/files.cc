#include "ledger/files.h"

#include <fmt/format.h>

namespace quittance {

std::string IncomingFile::object() const { return fmt::format("{}#{}", name, id); }

std::int64_t last_file_id(Ledger& ledger) {
  auto& row = ledger.database().prepare("SELECT max(id) FROM file");
  const auto id = row.step() ? row.integer(0) : 0;
  row.reset();
  return id;
}

FileProgress progress_of(Ledger& ledger, std::int64_t file) {
  auto& row = ledger.database().prepare(
      "SELECT bytes, state, lines, blank, repeats, quarantined, taken FROM file WHERE id = ?");
  FileProgress progress;
  if (row.bind(file).step()) {
    progress.known = true;
    progress.bytes = row.integer(0);
    progress.done = row.text_view(1) != "taking";
    progress.quarantined = row.text_view(1) == "quarantined";
    progress.counts = {row.integer(2), row.integer(3), row.integer(4), row.integer(5), row.integer(6)};
  }
  row.reset();
  return progress;
}

bool was_taken_in(Ledger& ledger, const std::string& kind, const Digest& digest) {
  auto& row = ledger.database().prepare(
      "SELECT 1 FROM file WHERE kind = ? AND sha256 = ? AND state = 'done' LIMIT 1");
  const bool found = row.bind(kind, digest).step();
  row.reset();
  return found;
}

void announce(Act& act, const IncomingFile& file) {
  act.database()
      .prepare(
          "INSERT OR IGNORE INTO file (id, kind, source, site, name, bytes, state) VALUES "
          "(?,?,?,?,?,0,'taking')")
      .bind(file.id, file.kind, file.source, file.site, file.name)
      .done();
}

void record_progress(Act& act, const IncomingFile& file, std::int64_t bytes, const LineCounts& part,
                     const Digest* whole) {
  auto& database = act.database();
  announce(act, file);
  database
      .prepare(
          "UPDATE file SET bytes = ?, lines = lines + ?, blank = blank + ?, repeats = repeats + ?, "
          "quarantined = quarantined + ?, taken = taken + ? WHERE id = ?")
      .bind(bytes, part.lines, part.blank, part.repeats, part.quarantined, part.taken, file.id)
      .done();
  if (whole != nullptr) {
    database.prepare("UPDATE file SET state = 'done', sha256 = ? WHERE id = ?").bind(*whole, file.id).done();
  }
  act.tally("lines", "repeats", part.repeats);
  act.tally("lines", "quarantined", part.quarantined);
  auto& detail = act.detail();
  detail["file"] = file.id;
  detail["kind"] = file.kind;
  detail["source"] = file.source;
  detail["site"] = file.site;
  detail["name"] = file.name;
  detail["bytes"] = bytes;
  detail["lines"] = part.lines;
  detail["blank"] = part.blank;
  detail["repeats"] = part.repeats;
  detail["quarantined"] = part.quarantined;
  detail["taken"] = part.taken;
  if (whole != nullptr) detail["sha256"] = to_hex(*whole);
}

void QuarantineWriter::add(const QuarantinedLine& line) {
  act_.database()
      .prepare(
          "INSERT INTO quarantine (seq, n, file, line, offset, length, field, code, id, problem) "
          "VALUES (?,?,?,?,?,?,?,?,?,?)")
      .bind(act_.seq(), ++n_, file_, line.line, line.offset, line.length, line.field, line.code, line.id,
            line.problem)
      .done();
}

}  // namespace quittance
