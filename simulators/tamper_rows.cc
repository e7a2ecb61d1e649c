// Rows taken away, put in, moved, or hidden by their ids. Nothing is signed anew but what is forged.
#include <algorithm>
#include <limits>

#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

using Rows = std::vector<AuditRow>;
constexpr Weight kBreaks = Weight::breaks;

Rows::iterator place(Bench& bench, std::size_t index) {
  return bench.log.rows.begin() + static_cast<std::ptrdiff_t>(index);
}

void erase(Bench& bench, std::size_t from, std::size_t to) {
  bench.log.rows.erase(place(bench, from), place(bench, to));
}

void insert_behind(Bench& bench, AuditRow row) {
  bench.log.rows.insert(place(bench, bench.at + 1), std::move(row));
  bench.renumber();
  bench.record += 1;
}

// A record as it would fit behind N, by somebody without the key.
AuditRow forged(Bench& bench) {
  AuditRow row = bench.fresh();
  link(row, counter_of(bench.row()) + 1, new_hash(bench.row()));
  P256Signer thief(P256Key::from_seed("thief"));
  sign(row, thief, bench.card.signatures);
  return row;
}

void shift_ids(Bench& bench, std::size_t from, std::int64_t by) {
  for (std::size_t i = from; i < bench.log.rows.size(); ++i) bench.log.rows[i].id += by;
  bench.record = bench.log.rows[from].id;
}

void append_as(Bench& bench, AuditRow row, std::int64_t id) {
  row.id = id;
  bench.record = id;
  bench.log.rows.push_back(std::move(row));
}

void splice(Bench& bench, Rows other, std::size_t from) {
  erase(bench, bench.at + 1, bench.log.rows.size());
  for (; from < other.size(); ++from) bench.log.rows.push_back(std::move(other[from]));
  bench.renumber();
  bench.record += 1;
}

void delete_one(Bench& bench) {
  erase(bench, bench.at, bench.at + 1);
  bench.record += 1;
}

void delete_renumbered(Bench& bench) {
  erase(bench, bench.at, bench.at + 1);
  bench.renumber();
}

void delete_two(Bench& bench) {
  erase(bench, bench.at, bench.at + 2);
  bench.record += 2;
}

void delete_first(Bench& bench) {
  erase(bench, 0, 1);
  bench.record = 2;
}

void cut_head(Bench& bench) {
  erase(bench, 0, bench.at);
  bench.renumber();
  bench.record = 1;
}

void cut_tail(Bench& bench, const char* option) {
  bench.asks = {option, std::to_string(bench.count())};
  erase(bench, bench.at, bench.log.rows.size());
  bench.record = 0;
}

void rollback(Bench& bench) {
  bench.know_head();
  erase(bench, bench.at, bench.log.rows.size());
  bench.record = 0;
}

void swap_next(Bench& bench) {
  std::swap(bench.row(), bench.next());
  bench.renumber();
}

void reverse(Bench& bench) {
  std::reverse(bench.log.rows.begin(), bench.log.rows.end());
  bench.renumber();
  bench.record = 1;
}

void clear(Bench& bench) {
  bench.log.rows.clear();
  bench.record = 0;
}

std::vector<Tampering> misplaced_rows() {
  return {
      {"delete", {"gap"}, kBreaks, "N+1", "the row is deleted", delete_one},
      {"delete-renumbered",
       {"gap"},
       kBreaks,
       "N",
       "the row is deleted and the ids closed up",
       delete_renumbered},
      {"delete-two", {"chain", "counter"}, kBreaks, "N+2", "the row and the next are deleted", delete_two},
      {"delete-first", {"start|gap"}, kBreaks, "2", "the first row is deleted", delete_first},
      {"cut-head", {"start"}, kBreaks, "1", "all rows before it are deleted and the ids closed up", cut_head},
      {"cut-tail",
       {"cut-tail"},
       kBreaks,
       "file",
       "it and all rows behind are deleted; the last counter is known",
       [](Bench& bench) { cut_tail(bench, "--expect-counter"); }},
      {"cut-tail-count",
       {"cut-tail"},
       kBreaks,
       "file",
       "the same; the number of records is known",
       [](Bench& bench) { cut_tail(bench, "--expect"); }},
      {"surplus",
       {"surplus"},
       kBreaks,
       "file",
       "one record less was stated than there are",
       [](Bench& bench) {
         bench.asks = {"--expect", std::to_string(bench.count() - 1)};
         bench.record = 0;
       }},
      {"insert",
       {"signature"},
       kBreaks,
       "N+1",
       "a record that somebody without the key made stands behind it",
       [](Bench& bench) { insert_behind(bench, forged(bench)); }},
      {"duplicate",
       {"chain", "counter"},
       kBreaks,
       "N+1",
       "a copy stands behind it",
       [](Bench& bench) { insert_behind(bench, bench.row()); }},
      {"duplicate-last",
       {"chain", "counter"},
       kBreaks,
       "last",
       "a copy stands behind the last row",
       [](Bench& bench) { append_as(bench, bench.row(), bench.count() + 1); }},
      {"swap", {"chain|gap"}, kBreaks, "N", "it and the next have changed places", swap_next},
      {"reverse", {"start"}, kBreaks, "1", "all rows stand in the opposite order", reverse},
      {"splice",
       {"chain"},
       kBreaks,
       "N+1",
       "behind it the log of another card of the same key goes on",
       [](Bench& bench) { splice(bench, bench.other_card(), bench.at + 1); }},
      {"splice-start",
       {"chain", "counter"},
       kBreaks,
       "N+1",
       "behind it the log of another card begins",
       [](Bench& bench) { splice(bench, bench.other_card(), 0); }},
  };
}

std::vector<Tampering> hidden_rows() {
  return {
      {"moved-id",
       {"hidden|order"},
       kBreaks,
       "its new id",
       "it has an id beyond the number of rows",
       [](Bench& bench) {
         bench.record = bench.row().id = bench.count() + 100;
         std::rotate(place(bench, bench.at), place(bench, bench.at + 1), bench.log.rows.end());
       }},
      {"shifted-ids",
       {"hidden|order"},
       kBreaks,
       "first",
       "all ids are larger by 1000",
       [](Bench& bench) { shift_ids(bench, 0, 1000); }},
      {"ids-beyond",
       {"hidden|order"},
       kBreaks,
       "its new id",
       "the ids from it on are larger by 1000",
       [](Bench& bench) { shift_ids(bench, bench.at, 1000); }},
      {"negative-id",
       {"hidden|order"},
       kBreaks,
       "-5",
       "a copy has the id -5",
       [](Bench& bench) { append_as(bench, bench.row(), -5); }},
      {"hidden-row",
       {"hidden|order", "signature"},
       kBreaks,
       "last",
       "a forged row has an id beyond the number of rows",
       [](Bench& bench) { append_as(bench, forged(bench), bench.count() + 1000); }},
      {"zero-records", {"empty"}, kBreaks, "file", "all rows are deleted", clear},
      {"least-id",
       {"hidden|order"},
       kBreaks,
       "its id",
       "a copy has the smallest id that there is",
       [](Bench& bench) { append_as(bench, bench.row(), std::numeric_limits<std::int64_t>::min()); }},
      {"largest-id",
       {"hidden|order"},
       kBreaks,
       "its id",
       "a copy has the largest id that there is",
       [](Bench& bench) { append_as(bench, bench.row(), std::numeric_limits<std::int64_t>::max()); }},
      {"rollback",
       {"rollback"},
       kBreaks,
       "file",
       "it and all rows behind are deleted; the last head is known",
       rollback},
  };
}

}  // namespace

std::vector<Tampering> row_tamperings() {
  std::vector<Tampering> table = misplaced_rows();
  for (auto& one : hidden_rows()) table.push_back(std::move(one));
  return table;
}

}  // namespace quittance::simulators
