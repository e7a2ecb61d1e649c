#include "ledger/quarantine.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

constexpr const char* kColumns =
    "SELECT q.seq, q.n, q.file, f.kind, f.source, f.site, f.name, q.line, q.offset, q.length, q.field, "
    "q.code, q.id, q.problem, "
    "coalesce(d.what, '') FROM quarantine q JOIN file f ON f.id = q.file "
    "LEFT JOIN disposal d ON d.item_seq = q.seq AND d.item_n = q.n ";

QuarantineItem read(const Statement& row) {
  QuarantineItem item;
  item.seq = row.integer(0);
  item.n = row.integer(1);
  item.file = {row.integer(2), row.text(3), row.text(4), row.text(5), row.text(6)};
  item.what = {
      row.integer(7), row.integer(8), row.integer(9), row.text(10), static_cast<int>(row.integer(11)),
      row.text(12),   row.text(13)};
  item.disposal = row.text(14);
  return item;
}

}  // namespace

void each_quarantined(Ledger& ledger, bool open_only,
                      const std::function<void(const QuarantineItem&)>& visit) {
  Statement rows(ledger.database(),
                 std::string(kColumns) + (open_only ? "WHERE d.what IS NULL " : "") + "ORDER BY q.seq, q.n");
  while (rows.step()) visit(read(rows));
}

QuarantineItem quarantine_item(Ledger& ledger, const std::string& id) {
  const auto parts = split_list(id, '.');
  const auto seq = parts.size() == 2 ? parse_integer<std::int64_t>(parts[0]) : std::nullopt;
  const auto n = parts.size() == 2 ? parse_integer<std::int64_t>(parts[1]) : std::nullopt;
  if (seq && n) {
    Statement row(ledger.database(), std::string(kColumns) + "WHERE q.seq = ? AND q.n = ?");
    if (row.bind(*seq, *n).step()) return read(row);
  }
  throw usage_failure("the quarantine has no item '" + escaped(id) + "'",
                      "`quittance quarantine list` shows the items, such as 12.1");
}

void dispose(Act& act, const QuarantineItem& item, const std::string& what, const std::string& reason) {
  if (!item.disposal.empty()) {
    throw usage_failure(fmt::format("item {} was {} already", item.id(), item.disposal),
                        "nothing is left to do");
  }
  act.database()
      .prepare("INSERT INTO disposal (seq, item_seq, item_n, what, reason) VALUES (?,?,?,?,?)")
      .bind(act.seq(), item.seq, item.n, what, reason)
      .done();
  const bool whole_file = item.what.line == 0;
  act.tally(whole_file ? "files" : "lines", "quarantined", whole_file || what == "discarded" ? -1 : 0);
  act.tally(whole_file ? "files" : "lines", what, 1);
  act.close_findings(item.file.object());
}

void quarantine_file(Act& act, const IncomingFile& file, const std::string& id, const std::string& problem) {
  announce(act, file);
  act.database().prepare("UPDATE file SET state = 'quarantined' WHERE id = ?").bind(file.id).done();
  QuarantineWriter(act, file.id).add({0, 0, 0, "", 0, id, problem});
  act.tally("files", "quarantined", 1);
  act.detail()["file"] = file.id;
  act.detail()["kind"] = file.kind;
  act.detail()["source"] = file.source;
  act.detail()["site"] = file.site;
  act.detail()["name"] = file.name;
  act.detail()["state"] = "quarantined";
}

}  // namespace quittance
