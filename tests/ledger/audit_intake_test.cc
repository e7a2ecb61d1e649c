// Chains over the union of a card's deliveries, forks, gaps, keys seen twice.
#include "ledger/audit_intake.h"

#include "tests/ledger/books.h"

using namespace quittance;
using books::Books;

namespace {

Digest digest(const std::string& text) { return sha256(std::string_view(text)); }

// Records of one card whose hashes hang together; `world` makes another content.
AuditRow row(std::int64_t counter, const std::string& world = "") {
  const auto hash = [&](std::int64_t n) {
    return n == 0 ? Digest{} : digest("hash" + std::to_string(n) + world);
  };
  return {counter,
          counter,
          hash(counter),
          hash(counter - 1),
          digest("die" + std::to_string(counter) + world),
          {digest("key" + std::to_string(counter) + world)},
          false};
}

class Station {
 public:
  explicit Station(Books& books, std::map<std::string, std::string> settings = {{"quota", "100"}})
      : books_(books) {
    Act act(books_.ledger(), "card-add", "4711");
    card_ = add_card(act, "4711", settings);
    act.commit();
  }

  std::vector<std::string> deliver(const std::vector<AuditRow>& rows, const std::string& source = "station") {
    const IncomingFile file{++file_, "audit", source, "plant", "log.db"};
    const auto bytes = digest("file" + std::to_string(file_));
    {
      Act act(books_.ledger(), "collect-audit", file.name);
      record_progress(act, file, 1, {}, &bytes);
      act.commit();
    }
    std::vector<std::string> kinds;
    Act act(books_.ledger(), "verify", file.name);
    AuditIntake intake(act, card_, file, [&](const AuditRemark& remark) { kinds.push_back(remark.kind); });
    for (const auto& one : rows) intake.take(one);
    intake.finish(static_cast<std::int64_t>(rows.size()), {});
    act.commit();
    std::ranges::sort(kinds);
    return kinds;
  }

  std::vector<Chain> chains() { return chains_of(books_.ledger(), card_); }
  std::int64_t open() { return summarise(books_.ledger()).open_findings; }
  const Card& card() const { return card_; }

 private:
  Books& books_;
  Card card_;
  std::int64_t file_ = 0;
};

std::vector<AuditRow> rows(std::int64_t first, std::int64_t last, const std::string& world = "") {
  std::vector<AuditRow> out;
  for (auto n = first; n <= last; ++n) out.push_back(row(n, world));
  return out;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("deliveries that hang together are one chain", "[audit]") {
  Books books;
  Station station(books);
  CHECK(station.deliver(rows(1, 10)).empty());
  CHECK(station.deliver(rows(1, 20)).empty());
  CHECK(station.deliver(rows(21, 30)).empty());
  REQUIRE(station.chains().size() == 1);
  CHECK(station.chains().front().last == 30);
  CHECK(go_on(books.ledger(), station.card(), "station")->counter == 30);
  CHECK_FALSE(go_on(books.ledger(), station.card(), "elsewhere"));
}

TEST_CASE("a gap is open until another delivery fills it", "[audit]") {
  Books books;
  Station station(books);
  CHECK(station.deliver(rows(1, 3)).empty());
  CHECK(station.deliver(rows(8, 10), "second") == Kinds{"audit.gap"});
  CHECK(station.open() == 1);
  CHECK(station.deliver(rows(4, 5), "third") == Kinds{"audit.gap"});
  CHECK(station.open() == 1);
  CHECK(station.deliver(rows(7, 7), "fourth") == Kinds{"audit.lost"});
  CHECK(station.deliver(rows(6, 6), "fifth").empty());
  CHECK(station.open() == 0);
  CHECK(station.chains().size() == 1);
}

TEST_CASE("another content under a counter is a fork, wherever it comes", "[audit]") {
  Books books;
  Station station(books);
  CHECK(station.deliver(rows(1, 5)).empty());
  auto cloned = rows(1, 3);
  cloned.push_back(row(4, "clone"));
  cloned.back().start = cloned[2].hash;
  cloned.push_back(row(5, "clone"));
  CHECK(station.deliver(cloned, "elsewhere") == Kinds{"audit.fork", "audit.fork"});
  CHECK(station.chains().size() == 1);
}

TEST_CASE("a chain that is broken between two counters", "[audit]") {
  Books books;
  Station station(books);
  auto broken = rows(1, 3);
  broken.push_back(row(4, "other"));
  CHECK(station.deliver(broken) == Kinds{"audit.chain"});
  CHECK(station.chains().size() == 2);
}

TEST_CASE("the first record must begin a chain", "[audit]") {
  Books books;
  Station station(books);
  auto wrong = rows(1, 2);
  wrong[0].start = digest("not zero");
  CHECK(station.deliver(wrong) == Kinds{"audit.start"});
}

TEST_CASE("a card that was used before it was registered", "[audit]") {
  Books books;
  Station station(books, {{"after-counter", "50"}, {"after-hash", to_hex(row(50).hash)}});
  CHECK(station.deliver(rows(51, 60)).empty());
}

TEST_CASE("more devices than were authorised", "[audit]") {
  Books books;
  Station station(books, {{"quota", "4"}});
  CHECK(station.deliver(rows(1, 4)).empty());
  CHECK(station.deliver(rows(1, 5)) == Kinds{"audit.over-quota"});
}

TEST_CASE("fewer records than the delivery before, and than the card counted", "[audit]") {
  Books books;
  Station station(books);
  CHECK(station.deliver(rows(1, 10)).empty());
  CHECK(station.deliver(rows(1, 8)) == Kinds{"audit.rollback"});
  CHECK(station.deliver(rows(1, 11)).empty());
  CHECK(station.open() == 0);
  {
    Act act(books.ledger(), "card-counters", "4711");
    add_counters(act, station.card(), {12, 88, 0});
    act.commit();
  }
  CHECK(station.deliver(rows(1, 11)) == Kinds{"audit.cut-tail"});
  CHECK(station.deliver(rows(1, 12)).empty());
  CHECK(station.open() == 0);
}

TEST_CASE("a retry uses a counter; a die or key anywhere else is an alarm", "[audit]") {
  Books books;
  Station station(books);
  auto made = rows(1, 6);
  made[1].die = made[0].die;
  CHECK(station.deliver(made).empty());
  auto copied = rows(7, 8);
  copied[0].die = made[3].die;
  copied[1].keys = made[4].keys;
  CHECK(station.deliver(copied) == Kinds{"audit.repeated", "audit.repeated"});
}

TEST_CASE("a personalisation counts from one again", "[audit]") {
  Books books;
  Station station(books);
  CHECK(station.deliver(rows(1, 3)).empty());
  Act act(books.ledger(), "card-add", "4711");
  const auto again = add_card(act, "4711", {});
  act.commit();
  CHECK(again.personalisation == 2);
  CHECK(find_card(books.ledger(), "4711")->name() == "4711/2");
  CHECK(find_card(books.ledger(), "4711/1")->id == station.card().id);
  CHECK_FALSE(find_card(books.ledger(), "4712"));
}
