// What a worker says is read back as it was said, and nothing else is believed.
#include "audit/record_facts.h"

#include <catch2/catch.hpp>
#include <random>

#include "audit/old_command_line.h"

namespace quittance::audit {
namespace {

std::vector<RecordFacts> sample() {
  RecordFacts full;
  full.id = -7;
  full.counter = 0xfffffffeU;
  full.start_hash = sha256("start");
  full.new_hash = sha256("new");
  full.die = sha256("die");
  full.keys = {sha256("one"), sha256("two")};
  full.certificates = 2;
  full.findings = {{AuditKind::chain, -7, 5U, "start_hash", "it is broken"},
                   {AuditKind::type, 1, std::nullopt, "", ""}};
  RecordFacts empty;
  empty.id = 8;
  return {full, empty};
}

TEST_CASE("facts: a message is read back as it was written") {
  const auto records = decode_records(encode(sample()));
  REQUIRE(records.size() == 2);
  CHECK(encode(records) == encode(sample()));
  CHECK(records[0].id == -7);
  CHECK(records[0].counter == 0xfffffffeU);
  CHECK(records[0].keys == sample()[0].keys);
  CHECK(records[0].findings[0].problem == "it is broken");
  CHECK(records[0].has_rejecting());
  CHECK_FALSE(records[1].new_hash);
  CHECK_FALSE(records[1].has_rejecting());
}

TEST_CASE("facts: what is cut or goes on is refused") {
  const std::string message = encode(sample());
  for (std::size_t size = 0; size < message.size(); ++size)
    CHECK_THROWS_AS(decode_records(message.substr(0, size)), WireError);
  CHECK_THROWS_AS(decode_records(message + "x"), WireError);
}

TEST_CASE("facts: a worker that says anything at all breaks nothing") {
  std::mt19937 random(5);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string message = encode(sample());
    for (unsigned i = 0; i < 1 + random() % 4; ++i)
      message[random() % message.size()] = static_cast<char>(random());
    try {
      (void)decode_records(message);
    } catch (const WireError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("old command line: -o with a word is a folder, alone a switch") {
  using Words = std::vector<std::string>;
  CHECK(translated({"x", "verify", "-o", "out", "-n"}) ==
        Words{"x", "verify", "--destination", "out", "--skip-nxp"});
  CHECK(translated({"x", "-o", "-l", "f"}) == Words{"x", "--skip-oem", "-l", "f"});
  CHECK(translated({"x", "-l", "f", "-o"}) == Words{"x", "-l", "f", "--skip-oem"});
  CHECK(translated({"-sn", "-so", "-no", "--output=a=b", "--force-rewrite", "--output", "c"}) ==
        Words{"--skip-nxp", "--skip-oem", "--skip-nxp", "--skip-oem", "--destination=a=b", "--force",
              "--destination", "c"});
}

}  // namespace
}  // namespace quittance::audit
