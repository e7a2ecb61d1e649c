// Keys that occur again, found the same way in memory and in sorted runs on the disk.
#include "audit/repeats.h"

#include <catch2/catch.hpp>
#include <random>

namespace quittance::audit {
namespace {

RecordFacts record(std::int64_t id, const std::string& die, const std::vector<std::string>& keys = {}) {
  RecordFacts facts;
  facts.id = id;
  facts.counter = static_cast<std::uint32_t>(id);
  facts.die = sha256(die);
  for (const std::string& key : keys) facts.keys.push_back(sha256(key));
  return facts;
}

std::vector<std::string> told(const std::vector<RecordFacts>& records, std::size_t room = 1000) {
  Repeats repeats(room);
  for (const RecordFacts& one : records) repeats.note(one);
  std::vector<std::string> out;
  repeats.tell([&](const AuditFinding& finding) {
    out.push_back(std::string(entry_of(finding.kind).name) + " " + std::to_string(finding.record) + ": " +
                  finding.problem);
  });
  return out;
}

TEST_CASE("repeats: a retry, a later repeat, and neither") {
  CHECK(told({record(1, "a"), record(2, "b"), record(3, "c")}).empty());
  CHECK(told({record(1, "a"), record(2, "a"), record(3, "b"), record(4, "a")}) ==
        std::vector<std::string>{"die.retry 2: the same die as in record 1 (counter 1)",
                                 "die.repeated 4: the same die as in record 1 (counter 1)"});
}

TEST_CASE("repeats: a key counts apart from a die, and one that a retry brings along is no alarm") {
  CHECK(told({record(1, "a", {"x"}), record(2, "x"), record(3, "c", {"y"})}).empty());
  CHECK(told({record(1, "a", {"x"}), record(2, "a", {"x"})}) ==
        std::vector<std::string>{"die.retry 2: the same die as in record 1 (counter 1)"});
  CHECK(told({record(1, "a", {"x"}), record(2, "b", {"x"})}) ==
        std::vector<std::string>{
            "certificate.repeated 2: the same certificate key as in record 1 (counter 1)"});
  CHECK(told({record(1, "a", {"x", "x"})}).size() == 1);
}

TEST_CASE("repeats: without the next counter it is no retry") {
  RecordFacts second = record(2, "a");
  second.counter = 3;
  CHECK(told({record(1, "a"), second})[0].starts_with("die.repeated 2"));
  second.counter.reset();
  CHECK(told({record(1, "a"), second})[0].starts_with("die.repeated 2"));
}

TEST_CASE("repeats: the room in memory changes nothing") {
  std::mt19937 random(3);
  std::vector<RecordFacts> records;
  for (std::int64_t id = 1; id <= 4000; ++id) {
    const auto draw = [&] { return std::to_string(random() % 3000); };
    records.push_back(record(id, draw(), {draw(), draw()}));
  }
  const auto expected = told(records, 100'000);
  CHECK(expected.size() > 1000);
  for (const std::size_t room : {1U, 7U, 1000U, 11'999U, 12'000U}) CHECK(told(records, room) == expected);
}

}  // namespace
}  // namespace quittance::audit
