// Acts: a change of state and its journal entry, in one transaction.
#include <array>

#include "ledger/ledger.h"
#include "ledger/row_bytes.h"

namespace quittance {
namespace {

struct FactTable {
  const char* name;
  const char* rows;  // all columns of the rows of one seq, in the order of their keys
};

constexpr std::array kFactTables = {
    FactTable{"answer",
              "SELECT transmission, file, sha256, code, message, lines FROM answer WHERE seq = ? ORDER BY "
              "transmission"},
    FactTable{"sending",
              "SELECT transmission, event, words FROM sending WHERE seq = ? ORDER BY transmission"},
    FactTable{"change", "SELECT receipt, was, state, reason FROM change WHERE seq = ? ORDER BY receipt"},
    FactTable{"amendment",
              "SELECT receipt, field, was, value FROM amendment WHERE seq = ? ORDER BY receipt, field"},
    FactTable{"finding", "SELECT n, kind, object, detail FROM finding WHERE seq = ? ORDER BY n"},
    FactTable{"closing",
              "SELECT finding_seq, finding_n FROM closing WHERE seq = ? ORDER BY finding_seq, finding_n"},
    FactTable{"quarantine",
              "SELECT n, file, line, offset, length, field, code, id, problem FROM quarantine WHERE seq = ? "
              "ORDER BY n"},
    FactTable{"card", "SELECT id, device, personalisation FROM card WHERE seq = ? ORDER BY id"},
    FactTable{"card_setting",
              "SELECT card, field, value FROM card_setting WHERE seq = ? ORDER BY card, field"},
    FactTable{"card_counters",
              "SELECT card, used, remaining, at FROM card_counters WHERE seq = ? ORDER BY card"},
    FactTable{"audit_log", "SELECT file, device, version FROM audit_log WHERE seq = ? ORDER BY file"},
    FactTable{
        "verification",
        "SELECT file, card, behind, found, top, verified, known, first, last FROM verification WHERE seq = ? "
        "ORDER BY file"},
    FactTable{"disposal",
              "SELECT item_seq, item_n, what, reason FROM disposal WHERE seq = ? ORDER BY item_seq, item_n"},
};

}  // namespace

std::int64_t feed_facts(Database& database, std::int64_t seq, Sha256& sha) {
  RowBytes bytes;
  std::int64_t count = 0;
  for (const auto& table : kFactTables) {
    auto& rows = database.prepare(table.rows);
    rows.bind(seq);
    for (; rows.step(); ++count) {
      sha.add(std::string_view(table.name));
      bytes.columns(rows).feed(sha);
    }
    rows.reset();
  }
  return count;
}

Batch::Batch(Ledger& ledger) : ledger_(ledger), transaction_(ledger.database()) { ledger_.in_batch_ = true; }
Batch::~Batch() { ledger_.in_batch_ = false; }
void Batch::commit() {
  transaction_.commit();
  ledger_.in_batch_ = false;
}

Act::Act(Ledger& ledger, std::string what, std::string object)
    : ledger_(ledger),
      transaction_(ledger.in_batch_ ? nullptr : std::make_unique<Transaction>(ledger.database())),
      seq_(ledger.journal().head().seq + 1),
      what_(std::move(what)),
      object_(std::move(object)) {}

void Act::change(std::int64_t receipt, ReceiptState was, ReceiptState state, const std::string& reason) {
  database()
      .prepare("INSERT INTO change (seq, receipt, was, state, reason) VALUES (?,?,?,?,?)")
      .bind(seq_, receipt, static_cast<int>(was), static_cast<int>(state), reason)
      .done();
  database()
      .prepare("UPDATE receipt SET state = ?, reason = ? WHERE id = ?")
      .bind(static_cast<int>(state), reason, receipt)
      .done();
  move_tally(was, state);
}

void Act::finding(const std::string& kind, const std::string& object, const std::string& detail) {
  database()
      .prepare("INSERT INTO finding (seq, n, kind, object, detail) VALUES (?,?,?,?,?)")
      .bind(seq_, ++findings_, kind, object, detail)
      .done();
}

void Act::close_findings(const std::string& object) {
  database()
      .prepare(
          "INSERT INTO closing (seq, finding_seq, finding_n) SELECT ?, f.seq, f.n FROM finding f WHERE "
          "f.object = ? "
          "AND NOT EXISTS (SELECT 1 FROM closing c WHERE c.finding_seq = f.seq AND c.finding_n = f.n)")
      .bind(seq_, object)
      .done();
}

void Act::tally(const std::string& kind, const std::string& key, std::int64_t delta) {
  if (delta == 0) return;
  database().prepare("INSERT OR IGNORE INTO tally (kind, key, n) VALUES (?, ?, 0)").bind(kind, key).done();
  database().prepare("UPDATE tally SET n = n + ? WHERE kind = ? AND key = ?").bind(delta, kind, key).done();
}

void Act::move_tally(ReceiptState from, ReceiptState to, std::int64_t receipts) {
  if (from == to) return;
  tally("receipt", std::string(name(from)), -receipts);
  tally("receipt", std::string(name(to)), receipts);
}

void Act::commit() {
  const auto facts = feed_facts(database(), seq_, rows_);
  ledger_.journal().append(seq_, at_, what_, object_, count_ + facts, rows_.value(), detail_);
  if (transaction_) transaction_->commit();
}

}  // namespace quittance
