// What two records say about each other.
#include "audit/sequence.h"

#include <catch2/catch.hpp>

namespace quittance::audit {
namespace {

Digest hash(std::uint32_t counter) { return counter == 0 ? Digest{} : sha256(std::to_string(counter)); }

RecordFacts record(std::int64_t id, std::uint32_t counter, std::uint32_t before) {
  RecordFacts facts;
  facts.id = id;
  facts.counter = counter;
  facts.start_hash = hash(before);
  facts.new_hash = hash(counter);
  return facts;
}

std::vector<std::string_view> kinds(const RecordFacts& facts) {
  std::vector<std::string_view> out;
  for (const AuditFinding& finding : facts.findings) out.push_back(entry_of(finding.kind).name);
  return out;
}

using Kinds = std::vector<std::string_view>;

Kinds second(RecordFacts facts) {
  Sequence sequence({});
  RecordFacts first = record(1, 1, 0);
  sequence.take(first);
  CHECK(first.findings.empty());
  sequence.take(facts);
  return kinds(facts);
}

TEST_CASE("sequence: what follows, and what does not") {
  CHECK(second(record(2, 2, 1)).empty());
  CHECK(second(record(3, 2, 1)) == Kinds{"record.order"});
  CHECK(second(record(1, 2, 1)) == Kinds{"record.order"});
  CHECK(second(record(2, 2, 7)) == Kinds{"record.chain"});
  CHECK(second(record(2, 5, 1)) == Kinds{"record.counter"});
  CHECK(second(record(2, 1, 1)) == Kinds{"record.counter"});
  CHECK(second(record(2, 3, 2)) == Kinds{"record.lost"});
  CHECK(second(record(2, 3, 1)) == Kinds{"record.counter"});  // linked: nothing is missing
  CHECK(second(record(2, 4, 3)) == Kinds{"record.chain", "record.counter"});
}

TEST_CASE("sequence: the first record is held against the start") {
  Sequence behind({4, 4, hash(4)});
  RecordFacts next = record(5, 5, 4);
  behind.take(next);
  CHECK(next.findings.empty());
  Sequence fresh({});
  RecordFacts late = record(1, 9, 8);
  fresh.take(late);
  CHECK(kinds(late) == Kinds{"record.start", "record.counter"});
  Sequence unknown({0, std::nullopt, hash(8)});
  late = record(1, 9, 8);
  unknown.take(late);
  CHECK(late.findings.empty());
}

TEST_CASE("sequence: the counter does not wrap") {
  Sequence sequence({0, 0xffffffffU, hash(1)});
  RecordFacts wrapped = record(1, 0, 1);
  sequence.take(wrapped);
  CHECK(kinds(wrapped) == Kinds{"record.counter"});
}

TEST_CASE("sequence: behind records that were not verified nothing is held against the next") {
  Sequence sequence({});
  sequence.skip(10);
  RecordFacts next = record(11, 11, 10);
  sequence.take(next);
  CHECK(next.findings.empty());
}

}  // namespace
}  // namespace quittance::audit
