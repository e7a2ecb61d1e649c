// Second half of the replay: the tables against what the journal makes of them. Receipts are compared
// range by range, so that memory does not grow with the ledger.
#include <fmt/format.h>

#include "base/text.h"
#include "ledger/answers.h"
#include "ledger/replay.h"
#include "records/result_code.h"

namespace quittance {
namespace {

constexpr std::int64_t kRange = 200'000;

std::int64_t single(Database& database, const std::string& sql) {
  Statement row(database, sql);
  return row.step() ? row.integer(0) : 0;
}

// The word for a stored number, which may be any number.
template <std::size_t N>
std::string word_for(const std::array<std::string_view, N>& names, std::int64_t number) {
  if (number < 0 || number >= static_cast<std::int64_t>(N)) return "in state " + std::to_string(number);
  return std::string(names.at(static_cast<std::size_t>(number)));
}

// SQLite keeps a text in a column of numbers and reads it as 0.
bool are_numbers(const Statement& row, int first, int last) {
  for (int column = first; column <= last; ++column) {
    if (row.type(column) != 1) return false;
  }
  return true;
}

}  // namespace

std::int64_t Replay::compare() {
  compare_meta();
  compare_channels();
  compare_files();
  for (std::int64_t first = 1; first <= last_receipt_; first += kRange)
    compare_receipts(first, std::min(first + kRange - 1, last_receipt_));
  const auto beyond = single(ledger_.database(),
                             fmt::format("SELECT (SELECT count(*) FROM receipt WHERE id < 1 OR id > {0}) + "
                                         "(SELECT count(*) FROM delivery WHERE id < 1 OR id > {0})",
                                         last_receipt_));
  if (beyond != 0) wrong_("receipts", fmt::format("{} rows that no entry collected", beyond));
  compare_transmissions();
  compare_members();
  compare_audit();
  compare_tallies();
  compare_facts();
  return last_receipt_;
}

void Replay::compare_meta() {
  for (const char* name : {"oem", "instance", "made"}) {
    if (ledger_.meta(name) != genesis_.value(name, ""))
      wrong_(std::string("meta ") + name, "it is not what init drew");
  }
  if (single(ledger_.database(), "SELECT count(*) FROM meta") != 3)
    wrong_("meta", "it has rows that init did not write");
}

// A channel is known from what was collected for it, or from an amendment to it.
void Replay::compare_channels() {
  auto expected = channels_;
  Statement rows(ledger_.database(),
                 "SELECT id, name, EXISTS (SELECT 1 FROM amendment WHERE field = 'channel' AND value = name) "
                 "FROM channel");
  while (rows.step()) {
    const auto known = expected.find(rows.integer(0));
    if (known == expected.end()) {
      if (rows.integer(2) == 0) wrong_("channel " + escaped(rows.text_view(1)), "no entry names it");
      continue;
    }
    if (known->second != rows.text_view(1))
      wrong_("channel " + known->second, "its name was changed to '" + escaped(rows.text_view(1)) + "'");
    expected.erase(known);
  }
  for (const auto& [id, name] : expected) wrong_("channel " + name, "its row is gone");
}

void Replay::compare_files() {
  Statement rows(ledger_.database(),
                 "SELECT id, kind, source, site, name, bytes, coalesce(sha256, x''), state, lines, blank, "
                 "repeats, quarantined, taken FROM file");
  std::size_t seen = 0;
  while (rows.step()) {
    ++seen;
    const auto found = files_.find(rows.integer(0));
    if (found == files_.end()) {
      wrong_(fmt::format("file {}", rows.integer(0)), "no entry took it in");
      continue;
    }
    const auto& file = found->second;
    const auto& c = file.counts;
    const bool same =
        rows.text_view(1) == file.kind && rows.text_view(2) == file.source &&
        rows.text_view(3) == file.site && rows.text_view(4) == file.name && rows.integer(5) == file.bytes &&
        to_hex(rows.blob(6)) == file.sha256 && rows.text_view(7) == file.state &&
        rows.integer(8) == c.lines && rows.integer(9) == c.blank && rows.integer(10) == c.repeats &&
        rows.integer(11) == c.quarantined && rows.integer(12) == c.taken && are_numbers(rows, 8, 12);
    if (!same)
      wrong_(fmt::format("file {} ({})", rows.integer(0), file.name), "its row is not what the journal says");
    if (c.lines != c.blank + c.repeats + c.quarantined + c.taken)
      wrong_(fmt::format("file {} ({})", rows.integer(0), file.name), "its lines are not each in one place");
  }
  if (seen != files_.size())
    wrong_("files", fmt::format("{} rows found, the journal knows {}", seen, files_.size()));
}

// Without making one, unlike the ledger's own.
std::int64_t Replay::channel_id(const std::string& name) {
  auto& row = ledger_.database().prepare("SELECT id FROM channel WHERE name = ?");
  const auto id = row.bind(name).step() ? row.integer(0) : 0;
  row.reset();
  return id;
}

void Replay::replay_changes(const Event& event, std::int64_t first, std::vector<State>& states) {
  const auto last = first + static_cast<std::int64_t>(states.size()) - 1;
  auto& changes = ledger_.database().prepare(
      "SELECT receipt, was, state, reason FROM change WHERE seq = ? AND receipt BETWEEN ? AND ?");
  changes.bind(event.seq, first, last);
  while (changes.step()) {
    auto& state = states[static_cast<std::size_t>(changes.integer(0) - first)];
    if (state.state != changes.integer(1))
      wrong_(fmt::format("receipt {}", changes.integer(0)),
             fmt::format("entry {} changed it from a state that it was not in", event.seq));
    state.state = static_cast<int>(changes.integer(2));
    state.reason = changes.text(3);
  }
  changes.reset();
  auto& amendments = ledger_.database().prepare(
      "SELECT receipt, field, value FROM amendment WHERE seq = ? AND receipt BETWEEN ? AND ?");
  amendments.bind(event.seq, first, last);
  while (amendments.step()) {
    auto& state = states[static_cast<std::size_t>(amendments.integer(0) - first)];
    const auto field = amendments.text(1);
    if (field == "flag") {
      state.flag = amendments.text_view(2) == "1" ? 1 : 0;
      state.generation = event.generation;
    } else if (field == "channel") {
      state.channel = channel_id(amendments.text(2));
    } else {
      state.amended = 1;
    }
  }
  amendments.reset();
}

void Replay::replay_event(const Event& event, std::int64_t first, std::vector<State>& states) {
  const auto last = first + static_cast<std::int64_t>(states.size()) - 1;
  const auto at = [&](std::int64_t id) -> State& { return states[static_cast<std::size_t>(id - first)]; };
  if (event.kind == Event::Kind::collected) {
    for (auto id = std::max(first, event.a); id <= std::min(last, event.b); ++id) at(id).state = 0;
  } else if (event.kind == Event::Kind::reserved) {
    auto& rows = ledger_.database().prepare(
        "SELECT receipt FROM member WHERE transmission = ? AND receipt BETWEEN ? AND ?");
    rows.bind(event.a, first, last);
    while (rows.step()) {
      auto& state = at(rows.integer(0));
      if (state.state != 0)
        wrong_(fmt::format("receipt {}", rows.integer(0)),
               "it was put into a transmission without waiting for one");
      state.state = static_cast<int>(ReceiptState::travelling);
      state.transmission = event.a;
      state.reason.clear();
    }
    rows.reset();
  } else if (event.kind == Event::Kind::withdrawn) {
    for (auto& state : states) {
      if (state.transmission == event.a && state.state == static_cast<int>(ReceiptState::travelling))
        state.state = 0;
    }
  } else if (event.kind == Event::Kind::answered) {
    auto& rows = ledger_.database().prepare(
        "SELECT receipt, outcome, code FROM member WHERE transmission = ? AND receipt BETWEEN ? AND ? AND "
        "answer = ?");
    rows.bind(event.a, first, last, event.seq);
    while (rows.step()) {
      auto& state = at(rows.integer(0));
      const auto outcome = static_cast<Outcome>(rows.integer(1));
      if (!answer_moves_receipt(outcome, static_cast<ReceiptState>(state.state),
                                state.transmission == event.a))
        continue;
      const auto* code = find_result_code(static_cast<int>(rows.integer(2)));
      state.state = static_cast<int>(state_after(outcome));
      state.code = rows.integer(2);
      state.reason = outcome == Outcome::held && code != nullptr && code->effect == Effect::retried
                         ? "retries used up"
                         : "";
      if (outcome == Outcome::retried) ++state.retries;
    }
    rows.reset();
  } else {
    replay_changes(event, first, states);
  }
}

void Replay::compare_receipts(std::int64_t first, std::int64_t last) {
  std::vector<State> states(static_cast<std::size_t>(last - first + 1));
  Statement delivered(ledger_.database(),
                      "SELECT id, flag, generation, channel FROM delivery WHERE id BETWEEN ? AND ?");
  delivered.bind(first, last);
  while (delivered.step()) {
    auto& state = states[static_cast<std::size_t>(delivered.integer(0) - first)];
    state.flag = static_cast<int>(delivered.integer(1));
    state.generation = delivered.integer(2);
    state.channel = delivered.integer(3);
  }
  for (const auto& event : events_) replay_event(event, first, states);
  Statement rows(ledger_.database(),
                 "SELECT id, state, coalesce(transmission, 0), coalesce(code, -1), coalesce(reason, ''), "
                 "retries, flag, generation, amended, channel, suid "
                 "FROM receipt WHERE id BETWEEN ? AND ? ORDER BY id");
  rows.bind(first, last);
  auto expected = first;
  while (rows.step()) {
    const auto id = rows.integer(0);
    const auto& state = states[static_cast<std::size_t>(id - first)];
    const auto device = "device " + to_hex(rows.blob(10));
    if (id != expected) wrong_(fmt::format("receipt {}", expected), "its row is gone");
    expected = id + 1;
    if (rows.integer(1) != state.state) {
      wrong_(device, fmt::format("its receipt is {}, the journal makes it {}",
                                 word_for(kReceiptStateNames, rows.integer(1)),
                                 state.state < 0 ? "nothing" : word_for(kReceiptStateNames, state.state)));
    }
    const bool same = rows.integer(2) == state.transmission && rows.integer(3) == state.code &&
                      rows.text_view(4) == state.reason && rows.integer(5) == state.retries &&
                      rows.integer(6) == state.flag && rows.integer(7) == state.generation &&
                      rows.integer(8) == state.amended && rows.integer(9) == state.channel &&
                      are_numbers(rows, 1, 3) && are_numbers(rows, 5, 9);
    if (!same)
      wrong_(device,
             "its receipt's transmission, code, reason, retries, flag, generation or channel is not what the "
             "journal says");
    ++tallies_[{"receipt", word_for(kReceiptStateNames, std::max(state.state, 0))}];
    if (state.state == static_cast<int>(ReceiptState::travelling))
      ++transmissions_[state.transmission].travelling;
  }
  if (expected != last + 1) wrong_(fmt::format("receipt {}", expected), "its row is gone");
}

void Replay::compare_transmissions() {
  Statement rows(ledger_.database(),
                 "SELECT no, tid, channel, state, members, travelling, attempts, reserved_at, "
                 "coalesce(bytes, 0), coalesce(sha256, x''), coalesce(sent_at, 0), "
                 "coalesce(due_at, 0), coalesce(answered_at, 0) FROM transmission");
  std::size_t seen = 0;
  while (rows.step()) {
    ++seen;
    const auto found = transmissions_.find(rows.integer(0));
    if (found == transmissions_.end()) {
      wrong_(rows.text(1), "no entry reserved this transmission");
      continue;
    }
    const auto& t = found->second;
    if (rows.integer(3) != t.state)
      wrong_(t.tid, fmt::format("it is {}, the journal makes it {}",
                                word_for(kTransmissionStateNames, rows.integer(3)),
                                word_for(kTransmissionStateNames, t.state)));
    const bool same =
        rows.text_view(1) == t.tid && rows.integer(2) == t.channel_id && rows.integer(4) == t.members &&
        rows.integer(5) == t.travelling && rows.integer(6) == t.attempts &&
        rows.integer(7) == t.reserved_at && rows.integer(8) == t.bytes && to_hex(rows.blob(9)) == t.sha256 &&
        rows.integer(10) == t.sent_at && rows.integer(11) == t.due_at && rows.integer(12) == t.answered_at &&
        are_numbers(rows, 2, 8) && are_numbers(rows, 10, 12);
    if (!same) wrong_(t.tid, "its row is not what the journal says");
  }
  if (seen != transmissions_.size())
    wrong_("transmissions", fmt::format("{} rows found, the journal knows {}", seen, transmissions_.size()));
}

void Replay::compare_members() {
  std::int64_t members = 0;
  for (const auto& [no, transmission] : transmissions_) {
    members += transmission.members;
    auto& rows = ledger_.database().prepare(
        "SELECT count(*) FROM member WHERE transmission = ? AND answer IS NULL AND "
        "(outcome <> ? OR code IS NOT NULL OR line IS NOT NULL OR message IS NOT NULL)");
    const auto expected = transmission.withdrawn ? Outcome::superseded : Outcome::unanswered;
    const auto odd = rows.bind(no, static_cast<int>(expected)).step() ? rows.integer(0) : 0;
    rows.reset();
    if (odd != 0)
      wrong_(transmission.tid, fmt::format("{} of its receipts have an outcome that no answer gave", odd));
  }
  const auto found = single(ledger_.database(), "SELECT count(*) FROM member");
  if (found != members) wrong_("members", fmt::format("{} rows found, the journal knows {}", found, members));
  const auto strangers =
      single(ledger_.database(),
             "SELECT count(*) FROM member m WHERE answer IS NOT NULL AND NOT EXISTS "
             "(SELECT 1 FROM answer a WHERE a.seq = m.answer AND a.transmission = m.transmission)");
  if (strangers != 0) wrong_("members", fmt::format("{} name an answer that does not exist", strangers));
}

void Replay::compare_tallies() {
  Statement codes(ledger_.database(),
                  "SELECT code, count(*) FROM member WHERE code IS NOT NULL GROUP BY code");
  while (codes.step()) tallies_[{"code", std::to_string(codes.integer(0))}] = codes.integer(1);
  Statement disposals(ledger_.database(),
                      "SELECT q.line = 0, d.what, count(*) FROM disposal d JOIN quarantine q ON q.seq = "
                      "d.item_seq AND q.n = d.item_n GROUP BY 1, 2");
  while (disposals.step()) {
    const bool whole = disposals.integer(0) != 0;
    const auto what = disposals.text(1);
    const auto n = disposals.integer(2);
    tallies_[{whole ? "files" : "lines", what}] += n;
    if (whole || what == "discarded") tallies_[{whole ? "files" : "lines", "quarantined"}] -= n;
  }
  Statement rows(ledger_.database(), "SELECT kind, key, n FROM tally");
  while (rows.step()) {
    const auto key = std::make_pair(rows.text(0), rows.text(1));
    const auto n = rows.integer(2);
    if (n != tallies_[key] || !are_numbers(rows, 2, 2))
      wrong_("count " + key.first + " " + key.second,
             fmt::format("it is {}, counting again gives {}", n, tallies_[key]));
    tallies_.erase(key);
  }
  for (const auto& [key, n] : tallies_) {
    if (n != 0)
      wrong_("count " + key.first + " " + key.second, fmt::format("it is missing, counting gives {}", n));
  }
}

void Replay::compare_facts() {
  for (const char* table :
       {"answer", "sending", "change", "amendment", "finding", "closing", "quarantine", "disposal", "history",
        "card", "card_setting", "card_counters", "audit_log", "verification", "audit_record"}) {
    const auto odd =
        single(ledger_.database(),
               fmt::format("SELECT count(*) FROM {} WHERE seq < 1 OR seq > {}", table, last_seq_));
    if (odd != 0) wrong_(table, fmt::format("{} rows belong to no entry", odd));
  }
  const auto history = single(ledger_.database(), "SELECT count(*) FROM history");
  if (history != history_)
    wrong_("history", fmt::format("{} rows found, the journal knows {}", history, history_));
}

}  // namespace quittance
