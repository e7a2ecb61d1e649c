// import-history: what was sent before this ledger existed.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/line_reader.h"
#include "base/text.h"
#include "ledger/history.h"
#include "pipeline/commands.h"
#include "pipeline/incoming.h"
#include "records/tid.h"

namespace quittance {
namespace {

constexpr std::size_t kLongestLine = 512;

struct WrongField {
  std::string field;
  std::string problem;
};

// <SUID>;<SHA-256 of the receipt's 768 bytes>;<date>;<TID>
std::optional<WrongField> read_line(const std::string& text, HistoryLine& line) {
  const auto fields = split_list(text, ';');
  if (fields.size() != 4)
    return WrongField{"", fmt::format("{} fields found, 4 expected: SUID;SHA-256;date;TID", fields.size())};
  const auto suid = Suid::parse(fields[0]);
  if (!suid) return WrongField{"SUID", "'" + escaped(fields[0], 40) + "' is not 32 hex digits"};
  if (fields[1].size() != 64 || !from_hex(fields[1], line.digest))
    return WrongField{"SHA-256", "'" + escaped(fields[1], 80) + "' is not 64 hex digits"};
  const auto at = parse_time(fields[2]);
  if (!at)
    return WrongField{"date", "'" + escaped(fields[2], 40) + "' is not YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ"};
  if (!is_tid(fields[3])) return WrongField{"TID", "'" + escaped(fields[3], 80) + "' is no TID"};
  line.suid = *suid;
  line.at = *at;
  line.tid = fields[3];
  return std::nullopt;
}

// All or nothing: a history with a hole would be believed.
void import_history(Context& context) {
  const Path path = context.operands().front();
  auto& ledger = context.ledger(Access::write);
  const auto fd = open_to_read(path);
  LineReader reader(fd, path, kLongestLine);
  auto& report = context.report();
  const IncomingFile file{FileIds(context).take(), "history", "", "", escaped(path.filename().string())};
  Act act(ledger, "import-history", file.name);
  LineCounts counts;
  std::int64_t faulty = 0;
  Line line;
  while (reader.next(line)) {
    ++counts.lines;
    auto text = line.text;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) {
      ++counts.blank;
      continue;
    }
    HistoryLine read;
    if (const auto wrong = read_line(std::string(text), read)) {
      ++faulty;
      report.fault({"history.line", Severity::finding, file.name, line.number, wrong->field, wrong->problem,
                    "correct the line; nothing of the file was taken in"});
    } else {
      ++(add_history(act, read) ? counts.taken : counts.repeats);
    }
  }
  const auto digest = reader.digest();
  if (faulty == 0 && was_taken_in(ledger, file.kind, digest)) {
    report.line("The same file was taken in before; nothing was changed.");
  } else if (faulty == 0) {
    feed_history(ledger.database(), act.seq(), act.rows());
    act.count(counts.taken);
    record_progress(act, file, static_cast<std::int64_t>(reader.offset()), counts, &digest);
    act.commit();
    report.line(fmt::format("Noted {} sent before; {} known already.", counted(counts.taken, "receipt"),
                            counts.repeats));
  }
  report.json() = {{"lines", counts.lines},
                   {"taken", faulty == 0 ? counts.taken : 0},
                   {"repeats", faulty == 0 ? counts.repeats : 0},
                   {"faulty", faulty}};
}

}  // namespace

CommandEntry import_history_command() {
  return {{"import-history",
           "FILE",
           1,
           1,
           "tell a new ledger what was sent before it existed",
           "One line for each receipt: SUID;SHA-256 of its 768 bytes;date;TID. A device of the history that "
           "arrives again with other "
           "bytes is held, and the vendor's code 114 for the same bytes counts as accepted. A file with a "
           "faulty line is not taken in.",
           {},
           "quittance import-history sent-until-2026.txt"},
          import_history};
}

}  // namespace quittance
