// Each tampering does what it says, at the record that it names, and nothing else that breaks a signature.
#include "simulators/tamper.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/simulators/card_bench.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kRecord = 11;

// One valid log for all of them.
const CardBench& card() {
  static CardBench bench;
  static const CardResult made = bench.run();
  static_cast<void>(made);
  return bench;
}

Bench bench_of(const Tampering& one) {
  Bench bench(card().log(), card().state, card().keys(), kRecord);
  one.spoil(bench);
  return bench;
}

Tampering named(const std::string& kind) {
  for (auto& one : all_tamperings()) {
    if (one.kind == kind) return one;
  }
  throw std::runtime_error("no tampering " + kind);
}

bool finds(const Tampering& one, const std::string& finding) {
  return std::find(one.findings.begin(), one.findings.end(), finding) != one.findings.end();
}

std::size_t index_of(const Bench& bench) {
  for (std::size_t i = 0; i < bench.log.rows.size(); ++i) {
    if (bench.log.rows[i].id == bench.record) return i;
  }
  throw std::runtime_error("no such record");
}

bool is_blob(const AuditRow& row, std::size_t column, std::size_t size) {
  const auto* bytes = std::get_if<Bytes>(&row.cells[column]);
  return bytes != nullptr && bytes->size() == size;
}

bool well_formed(const AuditRow& row) {
  return is_blob(row, kCounter, 4) && is_blob(row, kStartHash, 32) && is_blob(row, kSignature, 64);
}

TEST_CASE("tamper: more than a hundred kinds, each with its own name") {
  std::set<std::string> names;
  for (const auto& one : all_tamperings()) CHECK(names.insert(one.kind).second);
  CHECK(names.size() > 150);
}

TEST_CASE("tamper: each changes the file, and only it") {
  const std::string valid = card().file();
  std::set<std::string> files;
  for (const auto& one : all_tamperings()) {
    if (one.kind.starts_with("oversized-")) continue;  // 64 MiB
    INFO(one.kind);
    Bench bench = bench_of(one);
    const Path out = card().path("spoiled-" + one.kind);
    bench.write(out);
    const std::string spoiled = Scratch::content(out);
    const bool unchanged = one.kind == "over-quota" || one.kind == "surplus";
    CHECK((spoiled != valid) != unchanged);
    const bool alike = unchanged || one.kind.starts_with("cut-tail") || one.kind == "rollback";
    if (!alike) CHECK(files.insert(spoiled).second);
    std::filesystem::remove(out);
  }
  CHECK(card().file() == valid);
}

TEST_CASE("tamper: a signature is wrong where it is to be found wrong, and only there") {
  const P256Key key = card().keys().log;
  for (const auto& one : all_tamperings()) {
    Bench bench = bench_of(one);
    if (bench.record == 0 || bench.bytes || !bench.statements.empty()) continue;
    INFO(one.kind);
    const AuditRow& row = bench.log.rows[index_of(bench)];
    if (!well_formed(row) || one.kind == "der") continue;
    const bool wrong = finds(one, "signature") || one.kind == "lost-certificates";
    const bool resized = one.kind.starts_with("long-") || one.kind.starts_with("short-") ||
                         one.kind.starts_with("oversized-") || one.kind.starts_with("null-") ||
                         one.kind.starts_with("text-") || one.kind.starts_with("empty-") ||
                         one.kind.starts_with("integer-");
    CHECK(is_signed(row, key) == !(wrong || resized));
  }
}

TEST_CASE("tamper: the chain is broken where it is to be found broken") {
  for (const auto& one : all_tamperings()) {
    if (!finds(one, "chain") && !finds(one, "chain|gap") && !finds(one, "counter") && !finds(one, "gap"))
      continue;
    INFO(one.kind);
    Bench bench = bench_of(one);
    const std::size_t at = index_of(bench);
    REQUIRE(at > 0);
    const AuditRow& row = bench.log.rows[at];
    const AuditRow& before = bench.log.rows[at - 1];
    if (finds(one, "chain") || finds(one, "chain|gap") || finds(one, "gap"))
      CHECK_FALSE(starts_with(row, new_hash(before)));
    if (finds(one, "counter")) CHECK(counter_of(row) != counter_of(before) + 1);
    if (finds(one, "gap")) CHECK(counter_of(row) == counter_of(before) + 2);
  }
}

TEST_CASE("tamper: what the card signed anew is sound but for what was changed") {
  const P256Key key = card().keys().log;
  for (const auto& one : certificate_tamperings()) {
    INFO(one.kind);
    CHECK(is_sound(bench_of(one).log, key));
  }
  for (const char* kind : {"repeated-die", "retry", "twin", "fork-delivery"}) {
    INFO(kind);
    CHECK(is_sound(bench_of(named(kind)).log, key));
  }
}

TEST_CASE("tamper: moved bytes change neither hash nor signature") {
  const AuditLog valid = card().log();
  for (const auto& one : border_tamperings()) {
    INFO(one.kind);
    const Bench bench = bench_of(one);
    const AuditRow& row = bench.log.rows[kRecord - 1];
    CHECK(card().keys().log.verify(new_hash(row), raw_of(bytes_of(row, kSignature))));
    if (one.kind != "shifted-oem") CHECK(new_hash(row) == new_hash(valid.rows[kRecord - 1]));
    CHECK(row.cells != valid.rows[kRecord - 1].cells);
  }
}

TEST_CASE("tamper: a record at the end is refused, since nothing stands behind it") {
  CHECK_THROWS_AS(Bench(card().log(), card().state, card().keys(), 2), Failure);
  CHECK_THROWS_AS(Bench(card().log(), card().state, card().keys(), 23), Failure);
  CHECK_NOTHROW(Bench(card().log(), card().state, card().keys(), 22));
}

}  // namespace
}  // namespace quittance::simulators
