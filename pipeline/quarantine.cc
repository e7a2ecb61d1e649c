// quarantine list, show, release, discard.
#include <fmt/format.h>

#include "base/fault.h"
#include "base/text.h"
#include "importers/receipt_drop.h"
#include "ledger/intake.h"
#include "ledger/quarantine.h"
#include "pipeline/commands.h"
#include "records/receipt_profile.h"

namespace quittance {
namespace {

constexpr std::size_t kShownBytes = 4096;

nlohmann::json describe(const QuarantineItem& item) {
  return {{"item", item.id()},        {"kind", item.file.kind}, {"source", item.file.source},
          {"file", item.file.name},   {"line", item.what.line}, {"field", item.what.field},
          {"code", item.what.code},   {"id", item.what.id},     {"problem", item.what.problem},
          {"disposal", item.disposal}};
}

std::string sentence(const QuarantineItem& item) {
  const auto place = item.what.line == 0 ? std::string("the file") : fmt::format("line {}", item.what.line);
  const auto field = item.what.field.empty() ? std::string() : ", field " + item.what.field;
  const auto code = item.what.code == 0 ? std::string() : fmt::format(" ({})", item.what.code);
  return fmt::format("{:>8}  {}, {}{}: {}{}{}", item.id(), item.file.name, place, field, item.what.problem,
                     code, item.disposal.empty() ? "" : " [" + item.disposal + "]");
}

void run_list(Context& context) {
  auto& report = context.report();
  report.json()["items"] = nlohmann::json::array();
  each_quarantined(context.ledger(Access::read), !context.invocation().has("all"),
                   [&](const QuarantineItem& item) {
                     report.json()["items"].push_back(describe(item));
                     report.line(sentence(item));
                   });
  if (report.json()["items"].empty()) report.line("The quarantine is empty.");
}

// Where the file of an item lies: lines were archived with their file, whole files are kept apart.
std::optional<Path> find_place(const Context& context, const QuarantineItem& item) {
  const auto folder = item.what.line == 0 ? context.quarantine() : context.archive(item.file.kind);
  const auto prefix = fmt::format("{:06}~", item.file.id);
  if (is_there(folder)) {
    for (const auto& name : list_folder(folder)) {
      if (name.starts_with(prefix) && !name.ends_with(".reason")) return folder / name;
    }
  }
  return std::nullopt;
}

Path place_of(const Context& context, const QuarantineItem& item) {
  if (const auto place = find_place(context, item)) return *place;
  throw machine_failure("quarantine.gone", item.file.name, "the file of this item is gone",
                        "restore it from the backup of the state folder");
}

std::string line_text(const Context& context, const QuarantineItem& item, std::size_t most) {
  const auto path = place_of(context, item);
  const auto fd = open_to_read(path);
  return read_line_at(fd, path, item.what.offset,
                      std::min<std::int64_t>(item.what.length, static_cast<std::int64_t>(most)));
}

void run_show(Context& context) {
  const auto item = quarantine_item(context.ledger(Access::read), context.operands().front());
  auto& report = context.report();
  report.json() = describe(item);
  report.json()["path"] = place_of(context, item).string();
  report.line(sentence(item));
  report.line("kept in " + place_of(context, item).string());
  if (item.what.line == 0) return;
  const auto text = line_text(context, item, kShownBytes);
  report.json()["text"] = escaped(text, kShownBytes);
  report.line(escaped(text, kShownBytes));
}

// The line once more, by the rules as they are now.
void release_line(Context& context, Act& act, const QuarantineItem& item) {
  const auto& configuration = context.configuration();
  const auto& drop = configuration.drop(item.file.source);
  if (item.what.length > static_cast<std::int64_t>(2 * kShownBytes))
    throw usage_failure("the line is too long to be a receipt",
                        "discard it, and have the plant deliver it again");
  Receipt receipt;
  const auto text = line_text(context, item, 2 * kShownBytes);
  if (const auto judged = read_receipt_line(text, configuration.rules(drop), receipt); judged.fault) {
    throw usage_failure(
        fmt::format("the line is still wrong: {} {}", judged.fault->field, judged.fault->problem),
        judged.fault->mend);
  }
  Intake intake(act, {item.file, drop.channel, drop.newest_rework_wins});
  const ReceiptProfile profile(configuration.kph_keys);
  const auto taken = intake.take(receipt, sha256(ByteView(receipt.bytes)), item.what.line,
                                 !profile.is_on() || profile.is_signed(receipt.bytes));
  intake.finish();
  const bool repeat = taken.what == Taken::repeat;
  record_progress(act, item.file, progress_of(act.ledger(), item.file.id).bytes,
                  {0, 0, repeat ? 1 : 0, -1, repeat ? 0 : 1}, nullptr);
  context.report().line(fmt::format("Item {}: device {} is {}.", item.id(), receipt.suid.text(),
                                    repeat ? "a repeat" : "in the ledger"));
}

// Back to where it arrived, for the next collect or acknowledge to take.
Path arrival_place(Context& context, const QuarantineItem& item) {
  const auto& configuration = context.configuration();
  const auto folder = item.file.kind == "acknowledge" ? configuration.channel(item.file.source).acknowledge
                                                      : configuration.drop(item.file.source).folder;
  const auto kept = place_of(context, item).filename().string();
  return folder / fmt::format("released-{}-{}", item.file.id, kept.substr(kept.find('~') + 1));
}

// The ledger decides first; a crash before the file moved is mended by releasing it again.
void release_file(Context& context, const QuarantineItem& item, const std::string& reason) {
  if (item.disposal == "released" && !find_place(context, item)) {
    throw usage_failure(fmt::format("item {} was released already", item.id()), "nothing is left to do");
  }
  const auto from = place_of(context, item);
  const auto to = arrival_place(context, item);
  if (item.disposal != "released") {
    Act act(context.ledger(Access::write), "release", item.id());
    act.detail()["reason"] = reason;
    dispose(act, item, "released", reason);
    act.commit();
  }
  if (!move_anywhere(from, to)) throw program_failure(to.string(), "a file of this name is there already");
  context.report().line(fmt::format("Item {}: {} will be taken in by the next run.", item.id(), to.string()));
}

void run_release(Context& context) {
  const auto reason = reason_of(context.invocation());
  auto& ledger = context.ledger(Access::write);
  const auto item = quarantine_item(ledger, context.operands().front());
  if (item.what.line == 0) {
    release_file(context, item, reason);
  } else {
    Act act(ledger, "release", item.id());
    act.detail()["reason"] = reason;
    dispose(act, item, "released", reason);
    release_line(context, act, item);
    act.commit();
  }
  context.report().json() = {{"item", item.id()}, {"disposal", "released"}};
}

void run_discard(Context& context) {
  const auto reason = reason_of(context.invocation());
  auto& ledger = context.ledger(Access::write);
  const auto item = quarantine_item(ledger, context.operands().front());
  Act act(ledger, "discard", item.id());
  act.detail()["reason"] = reason;
  dispose(act, item, "discarded", reason);
  act.commit();
  context.report().json() = {{"item", item.id()}, {"disposal", "discarded"}};
  context.report().line(
      fmt::format("Item {} is discarded; it stays in the counts and in the archive.", item.id()));
}

const Option kReason{"reason", "TEXT", "why; kept in the journal"};

}  // namespace

CommandEntry quarantine_list_command() {
  return {{"quarantine list",
           "",
           0,
           0,
           "list what could not be believed",
           "One line for each quarantined line or file: item, file, line, field, what is wrong, and the code "
           "that the vendor would answer.",
           {{"all", "", "also what was released or discarded"}},
           "quittance quarantine list"},
          run_list,
          false};
}

CommandEntry quarantine_show_command() {
  return {{"quarantine show",
           "ITEM",
           1,
           1,
           "show one item of the quarantine",
           "Shows the line itself, with everything that is not printable escaped, and where it is kept.",
           {},
           "quittance quarantine show 12.1"},
          run_show,
          false};
}

CommandEntry quarantine_release_command() {
  return {{"quarantine release",
           "ITEM",
           1,
           1,
           "take an item in after all",
           "Reads the line again by the rules as they are now, for example after the drop's fields were "
           "corrected. A whole file goes "
           "back to the folder where it arrived.",
           {kReason},
           "quittance quarantine release 12.1 --reason 'field list of plant 2 corrected'"},
          run_release};
}

CommandEntry quarantine_discard_command() {
  return {{"quarantine discard",
           "ITEM",
           1,
           1,
           "close an item of the quarantine",
           "It stays in the counts, as discarded, and its file in the archive.",
           {kReason},
           "quittance quarantine discard 12.1 --reason 'delivered again in the morning'"},
          run_discard};
}

}  // namespace quittance
