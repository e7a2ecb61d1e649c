#include "ledger/transmissions.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/fault.h"
#include "base/text.h"
#include "records/tid.h"

namespace quittance {
namespace {

constexpr const char* kColumns =
    "SELECT t.no, t.tid, c.name, t.state, t.members, t.travelling, t.attempts, t.reserved_at, "
    "coalesce(t.bytes, 0), t.sha256, "
    "coalesce(t.sent_at, 0), coalesce(t.due_at, 0), coalesce(t.answered_at, 0) FROM transmission t JOIN "
    "channel c ON c.id = t.channel ";

Transmission read(const Statement& row) {
  Transmission t;
  t.no = row.integer(0);
  t.tid = row.text(1);
  t.channel = row.text(2);
  t.state = static_cast<TransmissionState>(row.integer(3));
  t.members = row.integer(4);
  t.travelling = row.integer(5);
  t.attempts = row.integer(6);
  t.reserved_at = row.integer(7);
  t.bytes = row.integer(8);
  if (!row.is_null(9)) std::copy_n(row.blob(9).begin(), t.digest.size(), t.digest.begin());
  t.sent_at = row.integer(10);
  t.due_at = row.integer(11);
  t.answered_at = row.integer(12);
  return t;
}

std::string tid_of(Ledger& ledger, std::int64_t no) { return find_transmission(ledger, no)->tid; }

void record_event(Act& act, std::int64_t no, const std::string& event, const std::string& words) {
  act.database()
      .prepare("INSERT INTO sending (seq, transmission, event, words) VALUES (?,?,?,?)")
      .bind(act.seq(), no, event, words)
      .done();
  act.detail()["transmission"] = no;
}

void set_state(Database& database, std::int64_t no, TransmissionState state) {
  database.prepare("UPDATE transmission SET state = ? WHERE no = ?").bind(static_cast<int>(state), no).done();
}

}  // namespace

std::optional<Transmission> find_transmission(Ledger& ledger, std::int64_t no) {
  Statement row(ledger.database(), std::string(kColumns) + "WHERE t.no = ?");
  if (!row.bind(no).step()) return std::nullopt;
  return read(row);
}

std::vector<Transmission> transmissions_in(Ledger& ledger, const std::vector<TransmissionState>& states,
                                           const std::string& channel) {
  std::string list;
  for (const auto state : states) list += (list.empty() ? "" : ",") + std::to_string(static_cast<int>(state));
  Statement rows(
      ledger.database(),
      fmt::format("{} WHERE t.state IN ({}) AND (?1 = '' OR c.name = ?1) ORDER BY t.no", kColumns, list));
  rows.bind(channel);
  std::vector<Transmission> out;
  while (rows.step()) out.push_back(read(rows));
  return out;
}

Transmission transmission_like(Ledger& ledger, const std::string& part) {
  Statement rows(ledger.database(),
                 std::string(kColumns) + "WHERE instr(t.tid, ?1) > 0 ORDER BY t.tid = ?1 DESC, t.no LIMIT 2");
  rows.bind(part);
  if (part.empty() || !rows.step()) {
    throw usage_failure("no transmission has '" + escaped(part) + "' in its TID",
                        "see `quittance status -v` for the TIDs");
  }
  auto found = read(rows);
  if (found.tid != part && rows.step()) {
    throw usage_failure(
        fmt::format("'{}' fits several TIDs, {} and {} among them", escaped(part), found.tid, read(rows).tid),
        "give more of the TID");
  }
  return found;
}

std::optional<std::int64_t> transmission_of_tid(Ledger& ledger, std::string_view tid) {
  auto& row = ledger.database().prepare("SELECT no FROM transmission WHERE tid = ?");
  std::optional<std::int64_t> no;
  if (row.bind(tid).step()) no = row.integer(0);
  row.reset();
  return no;
}

bool any_waiting(Ledger& ledger, const std::string& channel) {
  auto& row = ledger.database().prepare(
      "SELECT 1 FROM receipt WHERE state = 0 AND channel = (SELECT id FROM channel WHERE name = ?) LIMIT 1");
  const bool found = row.bind(channel).step();
  row.reset();
  return found;
}

Reservation::Reservation(Ledger& ledger, const std::string& channel, const std::string& oem)
    : act_(ledger, "reserve", channel), channel_name_(channel), channel_(ledger.channel(channel)) {
  auto& row = ledger.database().prepare("SELECT coalesce(max(no), 0) + 1 FROM transmission");
  no_ = row.step() ? row.integer(0) : 1;
  row.reset();
  tid_ = make_tid(oem, ledger.meta("instance"), act_.at(), static_cast<std::uint64_t>(no_),
                  ledger.journal().head().hash);
}

// Two receipts of one device never share a transmission: its answer could not tell them apart.
bool Reservation::has_sibling(const ReceiptCursor& cursor) {
  if (!cursor.may_have_sibling()) return false;
  // The + keeps SQLite from walking through all that waits instead of looking the SUID up.
  auto& row = act_.database().prepare(
      "SELECT 1 FROM receipt WHERE suid = ? AND +state = 0 AND channel = ? AND id < ? LIMIT 1");
  const bool found = row.bind(cursor.receipt().suid.bytes, channel_, cursor.id()).step();
  row.reset();
  return found;
}

std::int64_t Reservation::fill(const std::function<bool(const Receipt&)>& visit) {
  ReceiptCursor cursor(act_.ledger(), "r.state = 0 AND r.channel = ?1 ORDER BY r.id", channel_);
  while (members_ < kMostMembers && cursor.next() && !has_sibling(cursor) && visit(cursor.receipt())) {
    last_id_ = cursor.id();
    ++members_;
  }
  return members_;
}

std::int64_t Reservation::commit() {
  auto& database = act_.database();
  database
      .prepare(
          "INSERT INTO transmission (no, tid, channel, state, members, travelling, reserved_at) VALUES "
          "(?,?,?,0,?,?,?)")
      .bind(no_, tid_, channel_, members_, members_, act_.at())
      .done();
  database
      .prepare(
          "INSERT INTO member (transmission, receipt, earlier) SELECT ?1, id, transmission FROM receipt "
          "WHERE state = 0 AND channel = ?2 AND id <= ?3 ORDER BY id")
      .bind(no_, channel_, last_id_)
      .done();
  database
      .prepare(
          "UPDATE receipt SET state = 1, transmission = ?1, reason = NULL WHERE state = 0 AND channel = ?2 "
          "AND id <= ?3")
      .bind(no_, channel_, last_id_)
      .done();
  feed_members(database, no_, act_.rows());
  act_.count(members_);
  act_.move_tally(ReceiptState::collected, ReceiptState::travelling, members_);
  act_.rename(tid_);
  act_.detail() = {
      {"transmission", no_}, {"channel", channel_name_}, {"channel_id", channel_}, {"members", members_}};
  act_.commit();
  return no_;
}

void each_member(Ledger& ledger, std::int64_t no, const std::function<void(const Receipt&)>& visit) {
  ReceiptCursor cursor(ledger, "r.id IN (SELECT receipt FROM member WHERE transmission = ?1) ORDER BY r.id",
                       no);
  while (cursor.next()) visit(cursor.receipt());
}

void record_built(Ledger& ledger, std::int64_t no, std::int64_t bytes, const Digest& digest) {
  Act act(ledger, "built", tid_of(ledger, no));
  act.database()
      .prepare("UPDATE transmission SET state = 1, bytes = ?, sha256 = ? WHERE no = ?")
      .bind(bytes, digest, no)
      .done();
  act.detail() = {{"transmission", no}, {"bytes", bytes}, {"sha256", to_hex(digest)}};
  act.commit();
}

void record_attempt(Ledger& ledger, std::int64_t no) {
  Act act(ledger, "attempt", tid_of(ledger, no));
  record_event(act, no, "began", "");
  act.database()
      .prepare(
          "UPDATE transmission SET attempts = attempts + 1, state = CASE WHEN state = 1 THEN 2 ELSE state "
          "END WHERE no = ?")
      .bind(no)
      .done();
  act.commit();
}

void record_sent(Ledger& ledger, std::int64_t no, const std::string& words, std::int64_t due_seconds) {
  Act act(ledger, "sent", tid_of(ledger, no));
  record_event(act, no, "sent", words);
  const auto due = act.at() + due_seconds;
  act.database()
      .prepare(
          "UPDATE transmission SET state = CASE WHEN state IN (0, 1, 2, 5) THEN 3 ELSE state END, sent_at = "
          "?, due_at = "
          "? WHERE no = ?")
      .bind(act.at(), due, no)
      .done();
  act.close_findings(tid_of(ledger, no));
  act.detail()["due"] = due;
  act.commit();
}

void record_failed(Ledger& ledger, std::int64_t no, const std::string& words) {
  Act act(ledger, "failed", tid_of(ledger, no));
  record_event(act, no, "failed", words);
  // An earlier attempt of unknown end keeps the transmission unknown.
  auto& row = act.database().prepare(
      "SELECT sum(event = 'began') = sum(event = 'failed') FROM sending WHERE transmission = ?");
  const bool all_failed = row.bind(no).step() && row.integer(0) != 0;
  row.reset();
  if (all_failed && find_transmission(ledger, no)->state == TransmissionState::unknown) {
    set_state(act.database(), no, TransmissionState::built);
  }
  act.commit();
}

void record_unknown(Ledger& ledger, std::int64_t no, const std::string& words) {
  Act act(ledger, "unknown", tid_of(ledger, no));
  record_event(act, no, "unknown", words);
  act.commit();
}

std::int64_t withdraw(Act& act, std::int64_t no) {
  auto& database = act.database();
  database.prepare("UPDATE member SET outcome = 5 WHERE transmission = ? AND outcome = 0").bind(no).done();
  database
      .prepare(
          "UPDATE receipt SET state = 0 WHERE transmission = ?1 AND state = 1 AND id IN "
          "(SELECT receipt FROM member WHERE transmission = ?1)")
      .bind(no)
      .done();
  const auto back = database.changes();
  database.prepare("UPDATE transmission SET state = 6, travelling = 0 WHERE no = ?").bind(no).done();
  act.move_tally(ReceiptState::travelling, ReceiptState::collected, back);
  act.detail()["withdrawn"].push_back(no);
  return back;
}

}  // namespace quittance
