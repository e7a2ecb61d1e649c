// The factory: the drops hold what the truth file says, and nothing else appears.
#include "simulators/receipt_factory.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/fault.h"
#include "tests/simulators/plant.h"

namespace quittance::simulators {
namespace {

std::string receipt_text(const std::string& line) { return line.substr(35, 1024); }

std::set<std::string> suids_of(const std::vector<TrueLine>& truth) {
  std::set<std::string> suids;
  for (const auto& line : truth) suids.insert(line.suid);
  return suids;
}

TEST_CASE("factory: a line holds the manual's items in their order") {
  Plant plant;
  plant.order.articles.operator_name = "Fernruf";
  const auto truth = plant.make("drops", 1);
  const std::string line = plant.drops("drops");
  CHECK(line == truth[0].suid + ";0;" + receipt_text(line) + ";" + truth[0].imei +
                    ";ACME;Meridian-7;Fernruf;Northlake-NL9000\n");
}

TEST_CASE("factory: the truth file has the digest of each receipt") {
  Plant plant;
  plant.order.per_file = 3;
  const auto truth = plant.make("drops", 7);
  CHECK(plant.made.files == 3);
  CHECK(list_folder(plant.path("drops")) ==
        std::vector<std::string>{"plant-a-1-000001.txt", "plant-a-1-000002.txt", "plant-a-1-000003.txt"});
  for (const auto& line : truth) {
    const auto lines = lines_of(Scratch::content(plant.path("drops") / line.file));
    const auto receipt = from_base64(receipt_text(lines.at(line.line - 1)));
    REQUIRE(receipt);
    CHECK(receipt->size() == kReceiptSize);
    CHECK(to_hex(sha256(*receipt)) == line.receipt);
    CHECK(lines[line.line - 1].substr(0, 32) == line.suid);
  }
}

TEST_CASE("factory: the same seed makes the same devices, a later start makes others") {
  Plant plant;
  const auto first = suids_of(plant.make("first", 5));
  const auto second = suids_of(plant.make("second", 5));
  plant.order.start = 1;
  plant.order.random_receipts = true;
  CHECK(suids_of(plant.make("again", 5)) == first);
  for (const auto& suid : second) CHECK(first.count(suid) == 0);
}

TEST_CASE("factory: random receipts need no keys and depend on the seed alone") {
  Plant plant;
  plant.order.keys = plant.path("no-keys");
  plant.order.random_receipts = true;
  plant.order.per_file = 7;
  plant.make("first", 100);
  plant.order.start = 1;
  plant.order.jobs = 1;
  plant.make("second", 100);
  CHECK(plant.drops("first") == plant.drops("second"));
  CHECK_FALSE(std::filesystem::exists(plant.path("no-keys")));
}

TEST_CASE("factory: a repeat is the same line, a rework the same SUID with another receipt") {
  Plant plant;
  plant.order.per_file = 4;
  const auto truth = plant.make("drops", 20, "repeat=5,rework=5");
  std::map<std::string, std::string> line_of_suid;
  for (const auto& line : truth) {
    const std::string text = lines_of(Scratch::content(plant.path("drops") / line.file)).at(line.line - 1);
    const std::string earlier = std::exchange(line_of_suid[line.suid], text);
    if (line.defect == "none") CHECK(earlier.empty());
    if (line.defect == "repeat") CHECK(text == earlier);
    if (line.defect != "rework") continue;
    CHECK(text.substr(0, 35) == earlier.substr(0, 35));
    CHECK(receipt_text(text) != receipt_text(earlier));
  }
  CHECK(truth.size() == 30);
}

TEST_CASE("factory: items of the OEM's own, in any order, with any separator") {
  Plant plant;
  plant.order.layout = {{"lot", "receipt", "colour", "suid"}, '|'};
  plant.order.random_receipts = true;
  const auto truth = plant.make("drops", 1);
  const std::string line = plant.drops("drops");
  CHECK(line.substr(0, 11) == "LOT-000000|");
  CHECK(line.substr(11 + 1024, 8) == "|colour-");
  CHECK(line.substr(line.size() - 34) == "|" + truth[0].suid + "\n");
}

TEST_CASE("factory: nothing is overwritten") {
  Plant plant;
  plant.order.random_receipts = true;
  plant.make("drops", 3);
  const std::string before = plant.drops("drops");
  plant.order.start = 1;
  CHECK_THROWS_AS(plant.make("drops", 3), Failure);  // the truth file
  std::filesystem::remove(plant.order.truth);
  CHECK_THROWS_AS(plant.make("drops", 3), Failure);  // the drops
  CHECK(plant.drops("drops") == before);
  CHECK(list_folder(plant.path("drops")).size() == 1);
}

TEST_CASE("factory: a defect needs the item that it spoils") {
  Plant plant;
  plant.order.layout.items = {"suid", "receipt"};
  plant.order.random_receipts = true;
  CHECK_THROWS_WITH(plant.make("drops", 3, "flag=1"), Catch::Contains("flag"));
  CHECK_THROWS_WITH(plant.make("drops", 3, "refurbished=1"), Catch::Contains("flag"));
  plant.order.articles.oem = "A;B";
  CHECK_THROWS_AS(plant.make("drops", 3), Failure);
}

}  // namespace
}  // namespace quittance::simulators
