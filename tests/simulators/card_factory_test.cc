// A card writes logs that hold together, the same for the same seed, and goes on where it stopped.
#include "simulators/card_factory.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/simulators/card_bench.h"

namespace quittance::simulators {
namespace {

std::vector<std::uint32_t> counters(const AuditLog& log) {
  std::vector<std::uint32_t> out;
  for (const AuditRow& row : log.rows) out.push_back(counter_of(row));
  return out;
}

TEST_CASE("card: its log is sound, and everything in it is signed by its maker") {
  CardBench card;
  card.state.plan.certificates = 3;
  CHECK(card.run().written == 24);
  const AuditLog log = card.log();
  CHECK(is_sound(log, card.keys().log));
  CHECK(log.version == 2);
  CHECK(log.device_id == "105276681024525924");
  std::set<std::string> dies;
  for (const AuditRow& row : log.rows) {
    const ByteView die = bytes_of(row, kNxpCert);
    dies.insert(to_hex(die));
    REQUIRE(die.size() == 200);
    CHECK(card.keys().nxp_prod.verify(die.first(136), raw_of(die.last(64))));
    CHECK(std::get<Bytes>(row.cells[kOemCert + 2]).size() > 400);
    CHECK(std::holds_alternative<std::monostate>(row.cells[kOemCert + 3]));
  }
  CHECK(dies.size() == 24);
}

TEST_CASE("card: the same order writes the same bytes, whatever the number of threads") {
  CardBench one;
  CardBench other;
  other.order.jobs = 1;
  one.run();
  other.run();
  CHECK(one.file() == other.file());
  CHECK(one.file("../keys/oem_id_ca.crt") == other.file("../keys/oem_id_ca.crt"));
}

TEST_CASE("card: goes on in the same log or in another") {
  CardBench card;
  card.run();
  card.state = read_card(card.order.out);
  card.order.records = 3;
  card.run();
  CHECK(card.log().rows.size() == 27);
  CHECK(is_sound(card.log(), card.keys().log));
  card.order.log = "next.db";
  card.run();
  CHECK(counters(card.log("next.db")) == std::vector<std::uint32_t>{28, 29, 30});
  CHECK(starts_with(card.log("next.db").rows[0], new_hash(card.log().rows.back())));
  CHECK(card.log("next.db").rows[0].id == 1);
}

TEST_CASE("card: deliveries are parts, or take turns") {
  CardBench card;
  card.order.records = 6;
  card.order.files = 2;
  CHECK(card.run().files == std::vector<std::string>{"tp_audit_log-1.db", "tp_audit_log-2.db"});
  CHECK(counters(card.log("tp_audit_log-2.db")) == std::vector<std::uint32_t>{4, 5, 6});
  card.order.interleave = true;
  card.order.log = "turn.db";
  card.run();
  CHECK(counters(card.log("turn-1.db")) == std::vector<std::uint32_t>{7, 9, 11});
  CHECK(counters(card.log("turn-2.db")) == std::vector<std::uint32_t>{8, 10, 12});
}

TEST_CASE("card: a lost record leaves a gap of one counter and a break of the chain") {
  CardBench card;
  card.order.lost = {7};
  CHECK(card.run().lost == 1);
  const AuditLog log = card.log();
  REQUIRE(log.rows.size() == 23);
  CHECK(counter_of(log.rows[6]) == 8);
  CHECK(log.rows[6].id == 7);
  CHECK_FALSE(starts_with(log.rows[6], new_hash(log.rows[5])));
}

TEST_CASE("card: a retry has the die of the record before and certificates of its own") {
  CardBench card;
  card.order.retries = 5;
  card.run();
  const AuditLog log = card.log();
  int retries = 0;
  for (std::size_t i = 1; i < log.rows.size(); ++i) {
    const AuditRow& before = log.rows[i - 1];
    if (before.cells[kNxpCert] != log.rows[i].cells[kNxpCert]) continue;
    ++retries;
    CHECK(before.cells[kOemCert] != log.rows[i].cells[kOemCert]);
  }
  CHECK(retries == 5);
  CHECK(card.state.next_die == 20);
}

TEST_CASE("card: other forms of the file, the die and the signature") {
  CardBench card;
  card.state.log_version = 1;
  card.state.plan.die_size = kLongDieCertificate;
  card.state.plan.certificates = 0;
  card.state.signatures = LogSignature::der;
  card.run();
  const AuditLog log = card.log();
  CHECK(log.version == 1);
  const ByteView die = bytes_of(log.rows[0], kNxpCert);
  REQUIRE(die.size() == 272);
  CHECK(card.keys().nxp_prod.verify(die.first(208), raw_of(die.last(64))));
  CHECK(bytes_of(log.rows[0], kSignature)[0] == 0x30);
}

TEST_CASE("card: never makes more than its quota") {
  CardBench card;
  card.state.quota = 23;
  CHECK_THROWS_AS(card.run(), Failure);
  card.state.quota = 24;
  CHECK(card.run().written == 24);
  card.order.records = 1;
  CHECK_THROWS_AS(card.run(), Failure);
}

TEST_CASE("card: tells its counters as the plant's tool does") {
  CHECK(counters_statement(4, 999'995) ==
        "Retrieving counters from TP Device.\nCurrent provisioning counter: 4\nProvisioning attempts left  : "
        "999,995\nTP device counters retrieval ended correctly in 12 ms.\n");
  CHECK(counters_statement(1'234'567, 100).find("counter: 1,234,567\n") != std::string::npos);
}

}  // namespace
}  // namespace quittance::simulators
