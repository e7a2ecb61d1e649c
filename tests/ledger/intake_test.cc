// What an arriving receipt is to what the ledger has of its device.
#include "tests/ledger/books.h"

using namespace quittance;
using namespace quittance::books;
using S = ReceiptState;

TEST_CASE("new devices are collected", "[intake]") {
  Books books;
  CHECK(books.deliver(receipt(1)) == Taken::collected);
  CHECK(books.state(1) == S::collected);
  CHECK(books.rows(1)[0].generation == 1);
  CHECK(books.rows(1)[0].digest == digest_of(receipt(1)));
}

TEST_CASE("the same bytes are a repeat in every state, also with another flag", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  CHECK(books.deliver(receipt(1)) == Taken::repeat);
  CHECK(books.deliver(receipt(1, 0, 1)) == Taken::repeat);
  const auto no = books.send();
  CHECK(books.deliver(receipt(1)) == Taken::repeat);
  books.answer(no, {{1, 104}}, 104);
  CHECK(books.deliver(receipt(1)) == Taken::repeat);
  settle(books.ledger(), suid(1), "written-off", "because");
  CHECK(books.deliver(receipt(1)) == Taken::repeat);
  CHECK(books.rows(1).size() == 1);
}

TEST_CASE("one file with new devices, repeats and rivals of each other", "[intake]") {
  Books books;
  books.deliver({receipt(20), receipt(50)});
  const auto taken = books.deliver({receipt(10), receipt(10), receipt(20), receipt(30), receipt(30, 1),
                                    receipt(40), receipt(50, 1), receipt(60), receipt(60)});
  std::vector<Taken> what;
  for (const auto& one : taken) what.push_back(one.what);
  CHECK(what == std::vector<Taken>{Taken::collected, Taken::repeat, Taken::repeat, Taken::collected,
                                   Taken::held_conflict, Taken::collected, Taken::held_conflict,
                                   Taken::collected, Taken::repeat});
}

TEST_CASE("the order in which receipts come makes no difference", "[intake]") {
  Books books;
  books.deliver({receipt(5), receipt(7)});
  const auto taken =
      books.deliver({receipt(9), receipt(7), receipt(1), receipt(5), receipt(6), receipt(1), receipt(9)});
  std::vector<bool> repeats;
  for (const auto& one : taken) repeats.push_back(one.what == Taken::repeat);
  CHECK(repeats == std::vector<bool>{false, true, false, true, false, true, true});
}

TEST_CASE("flag 1 is a new generation of the device", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  CHECK(books.deliver(receipt(1, 1, 1)) == Taken::new_generation);
  CHECK(books.deliver(receipt(1, 2, 1)) == Taken::new_generation);
  CHECK(books.rows(1)[2].generation == 3);
  CHECK(books.states(1) == std::vector{S::collected, S::collected, S::collected});
}

TEST_CASE("flag 1 of a device that was never seen warns of 112", "[intake]") {
  Books books;
  const auto taken = books.deliver(std::vector{receipt(1, 0, 1)}).front();
  CHECK(taken.what == Taken::collected);
  CHECK(taken.warned_code == 112);
}

TEST_CASE("other bytes while the earlier is unsent: both are held", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  SECTION("collected") { REQUIRE(books.state(1) == S::collected); }
  SECTION("reserved") { REQUIRE(books.reserve() != 0); }
  SECTION("built") { REQUIRE(books.build() != 0); }
  CHECK(books.deliver(receipt(1, 1)) == Taken::held_conflict);
  CHECK(books.states(1) == std::vector{S::held, S::held});
  for (const auto& row : books.rows(1)) CHECK(row.reason == "conflict");
  CHECK(books.findings() == 1);
  CHECK(books.build() == 0);
  CHECK(books.deliver(receipt(1, 2)) == Taken::held_conflict);
  resolve(books.ledger(), suid(1), to_hex(digest_of(receipt(1, 1))).substr(0, 8), "because");
  CHECK(books.states(1) == std::vector{S::settled, S::collected, S::settled});
  CHECK(books.findings() == 0);
}

TEST_CASE("the others of a withdrawn transmission wait again", "[intake]") {
  Books books;
  books.deliver({receipt(1), receipt(2)});
  const auto no = books.build();
  books.deliver(receipt(1, 1));
  CHECK(books.transmission(no).state == TransmissionState::superseded);
  CHECK(books.state(2) == S::collected);
  const auto next = books.send();
  CHECK(next == no + 1);
  CHECK(books.transmission(next).members == 1);
}

TEST_CASE("other bytes once an attempt was made: the later is held", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  std::int64_t no = 0;
  SECTION("an attempt of unknown end") {
    no = books.build();
    record_attempt(books.ledger(), no);
    REQUIRE(books.transmission(no).state == TransmissionState::unknown);
  }
  SECTION("an attempt that failed for certain") {
    no = books.build();
    record_attempt(books.ledger(), no);
    record_failed(books.ledger(), no, "not there");
    REQUIRE(books.transmission(no).state == TransmissionState::built);
  }
  SECTION("sent") { no = books.send(); }
  SECTION("accepted") {
    no = books.send();
    books.answer(no, {{1, 0}});
  }
  SECTION("rejected") {
    no = books.send();
    books.answer(no, {{1, 104}}, 104);
  }
  const auto before = books.state(1);
  const auto taken = books.deliver(std::vector{receipt(1, 1)}).front();
  CHECK(taken.what == Taken::held_after_sending);
  CHECK(taken.warned_code == 114);
  CHECK(books.states(1) == std::vector{before, S::held});
  CHECK(books.findings() == 1);
}

TEST_CASE("the newest wins where the drop says so, and only from the same site", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  CHECK(books.deliver(receipt(1, 1), "one", true) == Taken::replaced_earlier);
  CHECK(books.states(1) == std::vector{S::settled, S::collected});
  const auto other = books.deliver(std::vector{receipt(1, 2)}, "two", true).front();
  CHECK(other.what == Taken::held_conflict);
  CHECK(other.other_site);
  CHECK(books.states(1) == std::vector{S::settled, S::held, S::held});
}

TEST_CASE("the newest never replaces what was sent", "[intake]") {
  Books books;
  books.deliver(receipt(1));
  books.send();
  CHECK(books.deliver(receipt(1, 1), "one", true) == Taken::held_after_sending);
}

TEST_CASE("a device at two sites is a finding, whatever else it is", "[intake]") {
  Books books;
  books.deliver({receipt(1), receipt(2), receipt(3)});
  for (const auto& taken : books.deliver({receipt(1), receipt(2, 1), receipt(3, 1, 1)}, "two"))
    CHECK(taken.other_site);
  CHECK(books.findings() == 4);  // three devices, and the conflict
  for (const auto& taken : books.deliver(std::vector{receipt(4)}, "two")) CHECK_FALSE(taken.other_site);
}

TEST_CASE("what was sent before this ledger existed", "[intake]") {
  Books books;
  {
    Act act(books.ledger(), "import-history", "old.txt");
    CHECK(add_history(act, {suid(1), digest_of(receipt(1)), 1000, "OLD-1"}));
    CHECK_FALSE(add_history(act, {suid(1), digest_of(receipt(1)), 2000, "OLD-2"}));
    CHECK(add_history(act, {suid(2), digest_of(receipt(2)), 1000, "OLD-1"}));
    CHECK(add_history(act, {suid(3), digest_of(receipt(3)), 1000, "OLD-1"}));
    act.count(feed_history(books.ledger().database(), act.seq(), act.rows()));
    const Digest whole{};
    record_progress(act, {1, "history", "", "", "old.txt"}, 0, {4, 0, 1, 0, 3}, &whole);
    act.commit();
  }
  const auto taken = books.deliver({receipt(1), receipt(2, 1), receipt(3, 1, 1), receipt(4, 0, 1)});
  CHECK(taken[0].what == Taken::collected);
  CHECK(taken[0].warned_code == 114);
  CHECK(taken[1].what == Taken::held_after_sending);
  CHECK(taken[1].warned_code == 114);
  CHECK(taken[2].what == Taken::new_generation);
  CHECK(taken[2].warned_code == 0);
  CHECK(taken[3].warned_code == 112);
}

TEST_CASE("a receipt that no configured KPH signed is held", "[intake]") {
  Books books;
  CHECK(books.deliver(std::vector{receipt(1)}, "one", false, false).front().what == Taken::held_unsigned);
  CHECK(books.rows(1)[0].reason == "unsigned");
  CHECK(books.build() == 0);
}

TEST_CASE("two receipts of one device never share a transmission", "[intake]") {
  Books books;
  books.deliver({receipt(1), receipt(2)});
  books.deliver({receipt(1, 1, 1), receipt(3)});
  const auto first = books.send();
  const auto second = books.send();
  CHECK(books.transmission(first).members + books.transmission(second).members == 4);
  CHECK(books.rows(1)[0].transmission != books.rows(1)[1].transmission);
}

TEST_CASE("an act that is not committed leaves nothing", "[intake]") {
  Books books;
  const auto head = books.ledger().journal().head();
  {
    Act act(books.ledger(), "collect", "x");
    Intake intake(act, {{9, "receipts", "drop", "one", "x"}, "folder", false});
    intake.take(receipt(1), digest_of(receipt(1)), 1, true);
    intake.finish();
  }
  CHECK(books.rows(1).empty());
  CHECK(books.ledger().journal().head().hash == head.hash);
}
