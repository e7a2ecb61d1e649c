// The ledger as a file: keys, damage, the chain of the journal, and one owner for each receipt.
#include <fstream>

#include "tests/ledger/books.h"

using namespace quittance;
using namespace quittance::books;

namespace {

std::string id_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.fault().id;
  }
  return "";
}

void damage(const Path& file, std::int64_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  stream << std::string(64, 'x');
}

}  // namespace

TEST_CASE("a wrong key is told from damage", "[ledger]") {
  const Scratch folder;
  Ledger::create(folder.path(), key_of(), "ACME");
  CHECK(id_of([&] { Ledger(folder.path(), key_of(8), Access::read); }) == "ledger.wrong-key");
  CHECK(id_of([&] { Ledger(folder.path(), key_of(), Access::read); }).empty());
  damage(folder / "ledger.db", 100);
  CHECK(id_of([&] { Ledger(folder.path(), key_of(), Access::read); }) == "ledger.unreadable");
  CHECK(id_of([&] { Ledger(folder.path(), key_of(8), Access::read); }) == "ledger.wrong-key");
  std::filesystem::remove(folder / "ledger.db");
  CHECK(id_of([&] { Ledger(folder.path(), key_of(), Access::read); }) == "ledger.missing");
}

TEST_CASE("a damaged page is damage, wherever it is", "[ledger]") {
  const Scratch folder;
  Ledger::create(folder.path(), key_of(), "ACME");
  const auto whole = Scratch::content(folder / "ledger.db");
  for (std::size_t page = 1; page < whole.size() / 8192; ++page) {
    static_cast<void>(folder.file("ledger.db", whole));
    damage(folder / "ledger.db", static_cast<std::int64_t>(page * 8192 + 1000));
    INFO("page " << page);
    std::size_t faults = 0;
    const auto id = id_of([&] {
      Ledger ledger(folder.path(), key_of(), Access::read);
      const auto count = [&](const Fault&) { ++faults; };
      static_cast<void>(verify_journal(ledger, std::nullopt, count));
      check_content(ledger, count);
    });
    CHECK((faults > 0 || id == "ledger.damaged"));
    CHECK((id.empty() || id == "ledger.damaged"));
  }
}

TEST_CASE("a second ledger is never made over the first", "[ledger]") {
  const Scratch folder;
  Ledger::create(folder.path(), key_of(), "ACME");
  CHECK_THROWS_AS(Ledger::create(folder.path(), key_of(), "OTHER"), Failure);
  CHECK(Ledger(folder.path(), key_of(), Access::read).meta("oem") == "ACME");
}

TEST_CASE("a reader changes nothing", "[ledger]") {
  Books books;
  books.close();
  {
    Ledger reader(books.folder(), key_of(), Access::read);
    CHECK_THROWS_AS(reader.database().run("DELETE FROM tally"), Failure);
    CHECK_THROWS_AS(Act(reader, "x", "y").commit(), Failure);
  }
  books.open();
}

TEST_CASE("each entry carries the hash of the one before", "[journal]") {
  Books books;
  books.deliver(receipt(1));
  books.send();
  Digest before{};
  std::int64_t seq = 0;
  books.ledger().journal().each(1, [&](const JournalEntry& entry) {
    CHECK(entry.seq == ++seq);
    CHECK(entry.previous == before);
    CHECK(entry.hash == hash_of(entry));
    CHECK_FALSE(entry.who.empty());
    before = entry.hash;
  });
  CHECK(seq == 6);  // init, collect, reserve, built, attempt, sent
  CHECK(books.ledger().journal().head().hash == before);
}

TEST_CASE("the hash of an entry covers each of its fields, and where one ends", "[journal]") {
  const JournalEntry entry{1, 2, "who", "what", "object", 3, {4}, "{}", {5}, {}};
  std::vector<JournalEntry> others(9, entry);
  others[0].seq = 9;
  others[1].at = 9;
  others[2].who = "x";
  others[3].what = "x";
  others[4].object = "x";
  others[5].count = 9;
  others[6].digest[31] = 1;
  others[7].detail = "[]";
  others[8].previous[31] = 1;
  for (const auto& other : others) CHECK(hash_of(other) != hash_of(entry));
  auto shifted = entry;
  shifted.who = "whow";
  shifted.what = "hat";
  CHECK(hash_of(shifted) != hash_of(entry));
}

TEST_CASE("verify against a head that was noted", "[journal]") {
  Books books;
  const auto noted = books.ledger().journal().head();
  books.deliver(receipt(1));
  const auto found = [&](const std::string& against) {
    int faults = 0;
    static_cast<void>(verify_journal(books.ledger(), against, [&](const Fault&) { ++faults; }));
    return faults == 0;
  };
  const auto hash = to_hex(noted.hash);
  for (const auto& form : {hash, "1 " + hash, "1:" + hash, hash.substr(0, 16)}) CHECK(found(form));
  for (const auto& form :
       {std::string(64, '0'), hash.substr(0, 15), std::string(), "1 " + std::string(64, 'f')})
    CHECK_FALSE(found(form));
}

TEST_CASE("a change behind our back is told more than once without harm", "[journal]") {
  Books books;
  books.deliver({receipt(1), receipt(2)});
  books.ledger().database().run("UPDATE receipt SET state = 3");
  CHECK(books.faults().size() >= 2);
  books.ledger().database().run("UPDATE receipt SET state = 0");
  CHECK(books.faults().empty());
}

TEST_CASE("a head and a TID for each transmission", "[transmissions]") {
  Books books;
  std::vector<std::string> tids;
  for (int i = 1; i <= 3; ++i) {
    books.deliver(receipt(i));
    const auto head = to_hex(books.ledger().journal().head().hash);
    tids.push_back(books.transmission(books.send()).tid);
    CHECK(tids.back().ends_with("-" + head.substr(0, 20)));
  }
  CHECK(std::is_sorted(tids.begin(), tids.end()));
  CHECK(transmission_like(books.ledger(), tids[1]).no == 2);
  CHECK(transmission_like(books.ledger(), "000003").no == 3);
  CHECK_THROWS_AS(transmission_like(books.ledger(), "ACME"), Failure);
  CHECK_THROWS_AS(transmission_like(books.ledger(), ""), Failure);
  CHECK_THROWS_AS(transmission_like(books.ledger(), "%"), Failure);
}

TEST_CASE("an attempt whose end is not known is never failed", "[transmissions]") {
  Books books;
  books.deliver(receipt(1));
  const auto no = books.build();
  using T = TransmissionState;
  record_attempt(books.ledger(), no);
  CHECK(books.transmission(no).state == T::unknown);
  record_failed(books.ledger(), no, "certainly not");
  CHECK(books.transmission(no).state == T::built);
  record_attempt(books.ledger(), no);
  record_unknown(books.ledger(), no, "who knows");
  record_attempt(books.ledger(), no);
  record_failed(books.ledger(), no, "certainly not");
  CHECK(books.transmission(no).state == T::unknown);  // because of the second attempt
  record_sent(books.ledger(), no, "there", 60);
  CHECK(books.transmission(no).state == T::sent);
  CHECK(books.transmission(no).attempts == 3);
}

TEST_CASE("a batch is whole or not at all", "[ledger]") {
  Books books;
  {
    Batch batch(books.ledger());
    books.deliver(receipt(1));
    books.deliver(receipt(2));
  }
  CHECK(books.rows(1).empty());
  {
    Batch batch(books.ledger());
    books.deliver(receipt(1));
    books.deliver(receipt(2));
    batch.commit();
  }
  CHECK(books.rows(2).size() == 1);
}
