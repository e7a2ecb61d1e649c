// The vendor's answers applied: every code, every history, and what never overwrites what.
#include "records/result_code.h"
#include "tests/ledger/books.h"

using namespace quittance;
using namespace quittance::books;
using S = ReceiptState;
using T = TransmissionState;

namespace {

std::int64_t sent(Books& books, int devices) {
  std::vector<Receipt> all;
  for (int i = 1; i <= devices; ++i) all.push_back(receipt(i));
  books.deliver(all);
  return books.send();
}

}  // namespace

TEST_CASE("what each code does", "[answers]") {
  const std::map<int, S> table = {
      {0, S::accepted},   {101, S::accepted},  {102, S::rejected},  {103, S::rejected},
      {104, S::rejected}, {105, S::rejected},  {106, S::rejected},  {107, S::held},
      {108, S::held},     {109, S::held},      {110, S::collected}, {111, S::rejected},
      {112, S::rejected}, {113, S::collected}, {114, S::held},      {115, S::held}};
  REQUIRE(table.size() == result_codes().size());
  Books books;
  const auto no = sent(books, 16);
  std::map<int, int> codes;
  int number = 0;
  for (const auto& [code, state] : table) codes[++number] = code;
  const auto result = books.answer(no, codes, 102);
  CHECK(result.accepted == 2);
  CHECK(result.rejected == 7);
  CHECK(result.held == 5);
  CHECK(result.retried == 2);
  CHECK(result.missing == 0);
  number = 0;
  for (const auto& [code, state] : table) {
    INFO(code);
    const auto row = books.rows(++number)[0];
    CHECK(row.state == state);
    CHECK(row.code == code);
  }
  CHECK(books.findings() == 3);  // the alarms 109, 114, 115
  for (const auto& remark : books.remarks)
    CHECK(remark.alarm == (remark.code == 109 || remark.code == 114 || remark.code == 115));
  CHECK(books.remarks.size() == 15);
  CHECK(books.transmission(no).state == T::acknowledged);
  CHECK(books.transmission(no).travelling == 0);
}

TEST_CASE("retries are counted, then used up", "[answers]") {
  for (const int code : {110, 113}) {
    Books books;
    books.deliver(receipt(1));
    for (int i = 0; i < 2; ++i) {
      CHECK(books.answer(books.send(), {{1, code}}, code, 2).retried == 1);
      CHECK(books.state(1) == S::collected);
      CHECK(books.rows(1)[0].retries == i + 1);
    }
    CHECK(books.answer(books.send(), {{1, code}}, code, 2).held == 1);
    CHECK(books.rows(1)[0].reason == "retries used up");
    CHECK(rerun(books.ledger(), "x", books.rows(1), 0, "again") == 1);
    CHECK(books.answer(books.send(), {{1, 0}}).accepted == 1);
  }
}

TEST_CASE("no retries at all", "[answers]") {
  Books books;
  CHECK(books.answer(sent(books, 1), {{1, 110}}, 110, 0).held == 1);
}

TEST_CASE("114: bytes of ours whose earlier end is not known are accepted", "[answers]") {
  Books books;
  books.deliver(receipt(1));
  const auto no = books.build();
  SECTION("an attempt of unknown end, then sent again") {
    record_attempt(books.ledger(), no);
    record_unknown(books.ledger(), no, "no answer");
    record_attempt(books.ledger(), no);
    record_sent(books.ledger(), no, "there", 60);
    CHECK(books.answer(no, {{1, 114}}, 114).accepted == 1);
  }
  SECTION("sent twice") {
    for (int i = 0; i < 2; ++i) {
      record_attempt(books.ledger(), no);
      record_sent(books.ledger(), no, "there", 60);
    }
    CHECK(books.answer(no, {{1, 114}}, 114).accepted == 1);
  }
  SECTION("an attempt that failed for certain does not count") {
    record_attempt(books.ledger(), no);
    record_failed(books.ledger(), no, "not there");
    record_attempt(books.ledger(), no);
    record_sent(books.ledger(), no, "there", 60);
    CHECK(books.answer(no, {{1, 114}}, 114).held == 1);
  }
  SECTION("taken back after it was sent, then in another transmission") {
    record_attempt(books.ledger(), no);
    record_sent(books.ledger(), no, "there", 60);
    books.answer(no, {}, 110);
    rerun(books.ledger(), "x", members_of(books.ledger(), no), no, "again");
    CHECK(books.answer(books.send(), {{1, 114}}, 114).accepted == 1);
  }
  SECTION("taken back before any attempt") {
    {
      Act act(books.ledger(), "take back", "x");
      withdraw(act, no);
      act.commit();
    }
    CHECK(books.answer(books.send(), {{1, 114}}, 114).held == 1);
  }
}

TEST_CASE("114: after an answer to these bytes it is an alarm", "[answers]") {
  Books books;
  const auto no = sent(books, 1);
  SECTION("rejected") { REQUIRE(books.answer(no, {{1, 104}}, 104).rejected == 1); }
  SECTION("held") { REQUIRE(books.answer(no, {{1, 107}}, 107).held == 1); }
  rerun(books.ledger(), "x", books.rows(1), 0, "again");
  CHECK(books.answer(books.send(), {{1, 114}}, 114).held == 1);
  CHECK(books.remarks[0].alarm);
}

TEST_CASE("114: bytes that were sent before this ledger existed", "[answers]") {
  Books books;
  {
    Act act(books.ledger(), "import-history", "old.txt");
    CHECK(add_history(act, {suid(1), digest_of(receipt(1)), 1000, "OLD"}));
    CHECK(add_history(act, {suid(2), digest_of(receipt(2, 9)), 1000, "OLD"}));
    act.count(feed_history(books.ledger().database(), act.seq(), act.rows()));
    const Digest whole{};
    record_progress(act, {1, "history", "", "", "old.txt"}, 0, {2, 0, 0, 0, 2}, &whole);
    act.commit();
  }
  books.deliver({receipt(1), receipt(3)});
  const auto result = books.answer(books.send(), {{1, 114}, {3, 114}}, 114);
  CHECK(result.accepted == 1);
  CHECK(result.held == 1);
  CHECK(books.state(1) == S::accepted);
}

TEST_CASE("the first answer stands", "[answers]") {
  Books books;
  const auto no = sent(books, 2);
  books.answer(no, {{1, 0}, {2, 104}}, 104);
  const auto result = books.answer(no, {{1, 104}, {2, 0}});
  CHECK(books.kinds() == std::vector<std::string>{"contradiction", "contradiction"});
  CHECK(result.accepted + result.rejected == 0);
  CHECK(books.state(1) == S::accepted);
  CHECK(books.state(2) == S::rejected);
  CHECK(books.answer(no, {{1, 0}, {2, 104}}, 104).unchanged == 2);
}

TEST_CASE("two codes for one device: neither is applied", "[answers]") {
  Books books;
  const auto no = sent(books, 2);
  const auto result = books.answer_lines(no, {{suid(1), 0, 0}, {suid(2), 0, 0}, {suid(1), 104, 0}});
  CHECK(result.accepted == 1);
  CHECK(result.missing == 1);
  CHECK(books.kinds() == std::vector<std::string>{"two-codes", "missing"});
  CHECK(books.state(1) == S::travelling);
  CHECK(books.answer_lines(no, {{suid(1), 0, 0}, {suid(1), 0, 0}}).accepted == 1);  // the same code twice
}

TEST_CASE("a device that the transmission does not hold", "[answers]") {
  Books books;
  const auto no = sent(books, 1);
  books.deliver(receipt(2));
  books.answer(no, {{1, 0}, {2, 0}, {99, 0}});
  CHECK(books.kinds() == std::vector<std::string>{"unknown-suid", "unknown-suid"});
  CHECK(books.state(2) == S::collected);
}

TEST_CASE("devices without an answer stay open until one comes", "[answers]") {
  Books books;
  const auto no = sent(books, 3);
  CHECK(books.answer(no, {{2, 0}}).missing == 2);
  CHECK(books.transmission(no).travelling == 2);
  CHECK(books.findings() == 1);
  CHECK(books.answer(no, {{1, 0}, {3, 0}}).missing == 0);
  CHECK(books.findings() == 0);
}

TEST_CASE("a global success over failing lines: the lines count", "[answers]") {
  Books books;
  books.answer(sent(books, 2), {{1, 0}, {2, 104}}, 0);
  CHECK(books.kinds() == std::vector<std::string>{"rejected", "global"});
  CHECK(books.state(2) == S::rejected);
}

TEST_CASE("a global error without lines refuses the whole", "[answers]") {
  Books books;
  const auto no = sent(books, 2);
  CHECK(books.answer(no, {}, 110).refused);
  CHECK(books.transmission(no).state == T::refused);
  CHECK(books.state(1) == S::travelling);
  const auto choice = choose_for_rerun(members_of(books.ledger(), no));
  CHECK(choice.take.size() == 2);
  CHECK(choice.supersedes);
  CHECK(rerun(books.ledger(), "x", choice.take, no, "again") == 2);
  CHECK(books.transmission(no).state == T::superseded);
  CHECK(books.findings() == 0);

  SECTION("a late answer to it is still good news") {
    const auto next = books.send();
    CHECK(books.answer(no, {{1, 0}, {2, 104}}, 104).accepted == 1);
    CHECK(books.state(1) == S::accepted);
    CHECK(books.state(2) == S::travelling);  // only its newest transmission can reject it
    CHECK(books.transmission(next).travelling == 1);
    CHECK(books.transmission(no).state == T::superseded);
    // the vendor had the first already when the second came
    const auto second = books.answer(next, {{1, 114}, {2, 0}}, 114);
    CHECK(second.accepted == 2);
    CHECK(second.held == 0);
    CHECK(books.states(1) == std::vector{S::accepted});
    CHECK(books.findings() == 0);
  }
  SECTION("an answer that lets it wait again does not take it out of the newest") {
    const auto next = books.send();
    books.answer(no, {{1, 110}, {2, 107}}, 110);
    CHECK(books.state(1) == S::travelling);
    CHECK(books.state(2) == S::travelling);
    CHECK(books.answer(next, {{1, 0}, {2, 0}}).accepted == 2);
  }
  SECTION("a late acceptance of what waits takes it out of the queue") {
    CHECK(books.answer(no, {{1, 0}, {2, 0}}).accepted == 2);
    CHECK(books.build() == 0);
  }
}

TEST_CASE("an answer before our own result is recorded closes the attempt", "[answers]") {
  Books books;
  books.deliver(receipt(1));
  const auto no = books.build();
  record_attempt(books.ledger(), no);
  CHECK(books.answer(no, {{1, 0}}).accepted == 1);
  CHECK(books.transmission(no).state == T::acknowledged);
  record_sent(books.ledger(), no, "after all", 60);
  CHECK(books.transmission(no).state == T::acknowledged);
}

TEST_CASE("a settled receipt stays settled", "[answers]") {
  Books books;
  const auto no = sent(books, 1);
  books.answer(no, {{1, 110}}, 110);
  settle(books.ledger(), suid(1), "written-off", "because");
  books.answer(no, {{1, 0}});
  CHECK(books.state(1) == S::settled);
}

TEST_CASE("matching by the set of SUIDs", "[answers]") {
  Books books;
  const auto first = sent(books, 3);
  books.deliver({receipt(11), receipt(12)});
  const auto second = books.send();
  const auto match = [&](const std::vector<int>& numbers) {
    std::vector<Suid> suids;
    for (const int n : numbers) suids.push_back(suid(n));
    return match_by_suids(books.ledger(), suids).transmissions;
  };
  using Found = std::vector<std::int64_t>;
  CHECK(match({3, 1, 2}) == Found{first});
  CHECK(match({11, 12, 11}) == Found{second});
  CHECK(match({1, 11}).empty());
  CHECK(match({1, 2, 3, 99}).empty());
  CHECK(match({99}).empty());
  CHECK(match({}).empty());
  books.answer(second, {{11, 0}, {12, 0}});
  CHECK(match({11, 12}).empty());  // answered whole
}

TEST_CASE("the same file again is recognised by its bytes", "[answers]") {
  Books books;
  CHECK_FALSE(seen_before(books.ledger(), sha256("1")));
  books.answer(sent(books, 1), {{1, 0}});
  const auto before = seen_before(books.ledger(), sha256("1"));
  REQUIRE(before);
  CHECK(before->find("answer.ack") != std::string::npos);
}
