#include "ledger/audit_intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "ledger/row_bytes.h"
#include "ledger/summary.h"

namespace quittance {
namespace {

constexpr std::size_t kKeysAtOnce = 500'000;

template <std::size_t N>
std::array<std::uint8_t, N> head_of(ByteView bytes) {
  std::array<std::uint8_t, N> out{};
  std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
  return out;
}

struct Gap {
  std::int64_t first;
  std::int64_t last;
  bool operator==(const Gap&) const = default;
};

std::vector<Gap> gaps_between(const std::vector<Chain>& chains, std::int64_t after) {
  std::vector<Gap> out;
  auto expected = after + 1;
  for (const auto& chain : chains) {
    if (chain.first > expected) out.push_back({expected, chain.first - 1});
    expected = std::max(expected, chain.last + 1);
  }
  return out;
}

// The record before the first: of a fresh card, or as the operator told when it was registered.
std::int64_t counter_before(const Card& card) {
  return parse_integer<std::int64_t>(card.setting("after-counter")).value_or(0);
}

Digest hash_before(const Card& card) {
  Digest out{};
  static_cast<void>(from_hex(card.setting("after-hash"), out));
  return out;
}

}  // namespace

std::vector<Chain> chains_of(Ledger& ledger, const Card& card) {
  Statement rows(ledger.database(),
                 "SELECT first, last, start, hash FROM chain WHERE card = ? ORDER BY first");
  rows.bind(card.id);
  std::vector<Chain> out;
  while (rows.step())
    out.push_back({rows.integer(0), rows.integer(1), head_of<32>(rows.blob(2)), head_of<32>(rows.blob(3))});
  return out;
}

AuditIntake::AuditIntake(Act& act, Card card, IncomingFile file, OnRemark on_remark)
    : act_(act),
      card_(std::move(card)),
      file_(std::move(file)),
      on_remark_(std::move(on_remark)),
      before_(chains_of(act.ledger(), card_)),
      chains_(before_),
      insert_(act.database(),
              "INSERT INTO audit_record (card, counter, hash, start, die, keys, flawed, file, record, seq) "
              "VALUES "
              "(?,?,?,?,?,?,?,?,?,?)"),
      at_counter_(act.database(),
                  "SELECT hash, record, file, die FROM audit_record WHERE card = ? AND counter = ?"),
      insert_key_(act.database(), "INSERT OR IGNORE INTO device_key (print, card, counter) VALUES (?,?,?)") {
  for (const auto& chain : chains_) highest_ = std::max(highest_, chain.last);
}

void AuditIntake::take(const AuditRow& row) {
  if (is_known(row)) {
    ++known_;
  } else {
    const bool retry = is_retry(row);
    if (retry) ++retries_;
    store(row);
    note_keys(row, retry);
    first_ = first_ == 0 ? row.counter : std::min(first_, row.counter);
    last_ = std::max(last_, row.counter);
    ++taken_;
  }
  top_ = std::max(top_, row.counter);
  previous_counter_ = row.counter;
  previous_die_ = head_of<16>(row.die);
}

// Also looks for a fork: another record of the same counter.
bool AuditIntake::is_known(const AuditRow& row) {
  if (row.counter > highest_) {
    highest_ = row.counter;
    link(row);
    return false;
  }
  at_counter_.bind(card_.id, row.counter);
  bool known = false;
  std::string other;
  while (at_counter_.step()) {
    known = known || std::ranges::equal(at_counter_.blob(0), row.hash);
    other = fmt::format("record {} of file {}", at_counter_.integer(1), at_counter_.integer(2));
  }
  at_counter_.reset();
  if (known) return true;
  if (other.empty()) {
    link(row);
  } else {
    remark("audit.fork", row.record, fmt::format("card {} counter {}", card_.name(), row.counter),
           fmt::format("counter {} has another content in {}: a cloned card, or a forged log", row.counter,
                       other));
  }
  return false;
}

// The load of a device failed and was tried again: the same die with the next counter.
bool AuditIntake::is_retry(const AuditRow& row) {
  if (previous_counter_ != row.counter - 1) {
    at_counter_.bind(card_.id, row.counter - 1);
    previous_die_ = at_counter_.step() ? head_of<16>(at_counter_.blob(3)) : Print{};
    at_counter_.reset();
  }
  return previous_die_ == head_of<16>(row.die);
}

void AuditIntake::store(const AuditRow& row) {
  Bytes keys;
  for (const auto& key : row.keys) keys.insert(keys.end(), key.begin(), key.begin() + 16);
  insert_
      .bind(card_.id, row.counter, row.hash, row.start, head_of<16>(row.die), ByteView(keys),
            row.flawed ? 1 : 0, file_.id, row.record, act_.seq())
      .done();
}

// Adds the record to the chain that it continues, and joins two chains that meet.
void AuditIntake::link(const AuditRow& row) {
  auto next = std::ranges::upper_bound(chains_, row.counter, {}, &Chain::first);
  const auto object = fmt::format("card {} counter {}", card_.name(), row.counter);
  bool joined = false;
  if (next != chains_.begin() && std::prev(next)->last == row.counter - 1) {
    const auto before = std::prev(next);
    joined = before->hash == row.start;
    if (joined) {
      before->last = row.counter;
      before->hash = row.hash;
    } else {
      remark("audit.chain", row.record, object,
             fmt::format("it does not follow the record with counter {}: the chain is broken here",
                         row.counter - 1));
    }
  }
  if (!joined) next = std::next(chains_.insert(next, {row.counter, row.counter, row.start, row.hash}));
  if (next == chains_.end() || next->first != row.counter + 1) return;
  if (next->start != row.hash) {
    remark("audit.chain", row.record, object,
           fmt::format("the record with counter {} does not follow it: the chain is broken here",
                       row.counter + 1));
    return;
  }
  const auto before = std::prev(next);
  before->last = next->last;
  before->hash = next->hash;
  chains_.erase(next);
}

void AuditIntake::note_keys(const AuditRow& row, bool retry) {
  if (!retry) keys_.push_back({head_of<16>(row.die), row.counter, row.record, "die", false});
  for (const auto& key : row.keys)
    keys_.push_back({head_of<16>(key), row.counter, row.record, "certificate key", retry});
  if (keys_.size() >= kKeysAtOnce) flush_keys();
}

// In order, so that each page of the index is visited once.
void AuditIntake::flush_keys() {
  std::ranges::sort(keys_, {}, [](const Key& key) { return std::tie(key.print, key.counter); });
  for (const auto& key : keys_) {
    insert_key_.bind(key.print, card_.id, key.counter).done();
    if (act_.database().changes() == 0) look_up(key);
  }
  keys_.clear();
}

void AuditIntake::look_up(const Key& key) {
  auto& row = act_.database().prepare("SELECT card, counter FROM device_key WHERE print = ?");
  const bool found = row.bind(key.print).step();
  const auto away = found && row.integer(0) == card_.id ? row.integer(1) - key.counter : 2;
  // 0: the record itself. 1: where a gap is filled, the second try of a device may have come first.
  // -1: a second try may have the certificates of the first.
  if (away != 0 && away != 1 && !(away == -1 && key.retry)) {
    const auto other = card_of(act_.ledger(), row.integer(0));
    remark("audit.repeated", key.record, fmt::format("card {} counter {}", card_.name(), key.counter),
           fmt::format("the {} of counter {} was seen before: card {}, counter {}", key.what, key.counter,
                       other ? other->name() : "?", row.integer(1)));
  }
  row.reset();
}

void AuditIntake::finish(std::int64_t found, const GoOn& behind) {
  top_ = std::max(top_, behind.counter);
  flush_keys();
  judge_start();
  judge_gaps(before_);
  judge_quota();
  judge_counters();
  judge_rollback();
  auto& database = act_.database();
  database.prepare("DELETE FROM chain WHERE card = ?").bind(card_.id).done();
  for (const auto& chain : chains_) {
    database.prepare("INSERT INTO chain (card, first, last, start, hash) VALUES (?,?,?,?,?)")
        .bind(card_.id, chain.first, chain.last, chain.start, chain.hash)
        .done();
  }
  database
      .prepare(
          "INSERT INTO verification (seq, file, card, behind, found, top, verified, known, first, last) "
          "VALUES "
          "(?,?,?,?,?,?,?,?,?,?)")
      .bind(act_.seq(), file_.id, card_.id, behind.record, found, top_, taken_ + known_, known_, first_,
            last_)
      .done();
  act_.tally("audit", "records", taken_);
  act_.count(feed_audit_records(database, act_.seq(), act_.rows()));
  act_.detail()["card"] = card_.id;
}

void AuditIntake::judge_start() {
  const auto after = counter_before(card_);
  std::string words;
  if (!chains_.empty() && chains_.front().first == after + 1 && chains_.front().start != hash_before(card_))
    words = fmt::format("its first record, counter {}, does not begin a chain: {}", after + 1,
                        after == 0 ? "its start hash is not zero" : "it does not follow after-hash");
  keep_open("audit.start", words);
}

void AuditIntake::judge_gaps(const std::vector<Chain>& before) {
  const auto after = counter_before(card_);
  const auto was = gaps_between(before, after);
  const auto is = gaps_between(chains_, after);
  const auto object = [&](const Gap& gap) {
    return fmt::format("card {} counters {} to {}", card_.name(), gap.first, gap.last);
  };
  for (const auto& gap : was) {
    if (std::ranges::find(is, gap) == is.end()) act_.close_findings(object(gap));
  }
  for (const auto& gap : is) {
    if (std::ranges::find(was, gap) != was.end()) continue;
    if (gap.first == gap.last) {
      remark("audit.lost", 0, object(gap),
             fmt::format(
                 "the record with counter {} is missing: removed, or the station stopped between the card's "
                 "answer and writing it",
                 gap.first));
    } else {
      remark("audit.gap", 0, object(gap),
             fmt::format("the records with counters {} to {} are missing", gap.first, gap.last));
    }
  }
}

void AuditIntake::judge_quota() {
  const auto quota = parse_integer<std::int64_t>(card_.setting("quota"));
  keep_open("audit.over-quota", quota && highest_ > *quota
                                    ? fmt::format("counter {} is beyond its quota of {}", highest_, *quota)
                                    : std::string());
}

// What the card said at the plant is what must have arrived by now.
void AuditIntake::judge_counters() {
  const auto stated = last_counters(act_.ledger(), card_);
  keep_open("audit.cut-tail",
            stated && stated->at <= act_.at() && highest_ < stated->used
                ? fmt::format("the card had made {} devices by {}, the logs end with counter {}",
                              stated->used, to_text(stated->at), highest_)
                : std::string());
}

// A source that delivers the log again must not have lost its end.
void AuditIntake::judge_rollback() {
  auto& row = act_.database().prepare(
      "SELECT v.top, f.name FROM verification v JOIN file f ON f.id = v.file WHERE v.card = ? AND f.source = "
      "? "
      "AND v.file < ? ORDER BY v.file DESC LIMIT 1");
  std::string words;
  if (row.bind(card_.id, file_.source, file_.id).step() && row.integer(0) > top_) {
    words = fmt::format("{} ends with counter {}, the delivery before, {}, went up to {}", file_.name, top_,
                        row.text(1), row.integer(0));
  }
  row.reset();
  keep_open("audit.rollback", words);
}

void AuditIntake::remark(const char* kind, std::int64_t record, const std::string& object,
                         const std::string& words) {
  act_.finding(kind, object, words);
  on_remark_({kind, record, "card " + card_.name() + ": " + words});
}

void AuditIntake::keep_open(const char* kind, const std::string& words) {
  const auto object = fmt::format("card {} {}", card_.name(), kind);
  if (words.empty()) {
    act_.close_findings(object);
  } else {
    if (!is_finding_open(act_.ledger(), kind, object)) act_.finding(kind, object, words);
    on_remark_({kind, 0, "card " + card_.name() + ": " + words});
  }
}

std::int64_t feed_audit_records(Database& database, std::int64_t seq, Sha256& sha) {
  Statement done(database, "SELECT card, first, last FROM verification WHERE seq = ?");
  done.bind(seq);
  std::int64_t count = 0;
  while (done.step()) {
    Statement rows(
        database,
        "SELECT counter, hash, start, die, keys, flawed, file, record FROM audit_record WHERE card = ? AND "
        "counter BETWEEN ? AND ? AND seq = ? ORDER BY counter, hash");
    rows.bind(done.integer(0), done.integer(1), done.integer(2), seq);
    count += feed_rows(sha, rows);
  }
  return count;
}

std::optional<GoOn> go_on(Ledger& ledger, const Card& card, const std::string& source) {
  const auto chains = chains_of(ledger, card);
  if (chains.empty()) return std::nullopt;
  Statement row(
      ledger.database(),
      "SELECT r.record FROM audit_record r JOIN file f ON f.id = r.file WHERE r.card = ? AND r.counter = ? "
      "AND r.hash = ? AND f.source = ?");
  if (!row.bind(card.id, chains.back().last, chains.back().hash, source).step()) return std::nullopt;
  return GoOn{row.integer(0), chains.back().last, chains.back().hash};
}

}  // namespace quittance
