// The whole way: each defect of the factory earns its code at the vendor, and nothing counts twice.
#include "simulators/vendor_import.h"

#include <catch2/catch.hpp>

#include "base/fault.h"
#include "tests/simulators/plant.h"

namespace quittance::simulators {
namespace {

std::vector<std::string> clones_of(const std::vector<TrueLine>& truth) {
  std::vector<std::string> suids;
  for (const auto& line : truth) {
    if (line.defect == "clone") suids.push_back(line.suid);
  }
  return suids;
}

int code_of_defect(const std::string& name) {
  for (const auto& kind : defect_table()) {
    if (kind.name == name) return kind.code;
  }
  return 0;
}

TEST_CASE("vendor: each defect earns its code") {
  Plant plant;
  const auto truth = plant.make("drops", 60, "all=2");
  plant.vendor.known = clones_of(truth);
  plant.send("T-1", plant.drops("drops"));
  const VendorResult result = plant.import();
  const auto answer = lines_of(plant.answer("T-1.ack"));
  REQUIRE(answer.size() == truth.size() + 1);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    CAPTURE(truth[i].defect, answer[i + 1]);
    CHECK(code_of(answer[i + 1]) == code_of_defect(truth[i].defect));
    if (truth[i].defect != "syntax") CHECK(answer[i + 1].substr(0, truth[i].suid.size()) == truth[i].suid);
  }
  CHECK(result.receipts == truth.size());
  CHECK(plant.exit == Exit::ok);
}

TEST_CASE("vendor: all receipts of a sound log are imported with their digests") {
  Plant plant;
  const auto truth = plant.make("drops", 20);
  plant.send("T-1", plant.drops("drops"));
  CHECK(plant.import().imported == 20);
  CHECK(lines_of(plant.answer("T-1.ack")).front() == "T-1;0;OK (20 receipts imported)");
  const auto database = plant.database();
  CHECK(database.devices().size() == 20);
  for (const auto& line : truth)
    CHECK(to_hex(*database.devices().at(line.suid).events.at(0).receipt) == line.receipt);
}

TEST_CASE("vendor: a TID is imported once, however often it is there") {
  Plant plant;
  plant.make("drops", 4);
  plant.send("T-1", plant.drops("drops"));
  std::filesystem::copy_file(plant.vendor.in / "T-1.txt", plant.vendor.in / "T-1-copy.txt");
  const VendorResult first = plant.import();
  CHECK(first.logs == 1);
  CHECK(first.known_logs == 1);
  const std::string before = Scratch::content(plant.vendor.database / "devices.txt");
  std::filesystem::remove(plant.vendor.out / "T-1.ack");
  CHECK(plant.import().logs == 0);
  CHECK(Scratch::content(plant.vendor.database / "devices.txt") == before);
  CHECK(plant.answers().empty());
  plant.vendor.answer_again = true;
  CHECK(plant.import().logs == 0);
  CHECK(plant.answers() == std::vector<std::string>{"T-1.ack"});
}

TEST_CASE("vendor: the same receipts under a new TID are known, none counts twice") {
  Plant plant;
  plant.make("drops", 4);
  plant.send("T-1", plant.drops("drops"));
  plant.import();
  plant.send("T-2", plant.drops("drops"));
  CHECK(plant.import().codes == std::map<int, std::uint64_t>{{114, 4}});
  const auto database = plant.database();
  for (const auto& [suid, device] : database.devices()) {
    CHECK(device.imports == 1);
    CHECK(device.events.size() == 2);
  }
}

TEST_CASE("vendor: a TID with other bytes is a finding and changes nothing") {
  Plant plant;
  plant.make("first", 2);
  plant.send("T-1", plant.drops("first"));
  plant.import();
  plant.make("second", 2);
  plant.send("T-1", plant.drops("second"));
  CHECK(plant.import().logs == 0);
  CHECK(plant.exit == Exit::findings);
  CHECK(plant.database().devices().size() == 2);
}

TEST_CASE("vendor: a log that was damaged on the way can come again whole") {
  Plant plant;
  plant.make("drops", 2);
  plant.send("T-1", plant.drops("drops"));
  const std::string sound = Scratch::content(plant.vendor.in / "T-1.txt");
  std::ofstream(plant.vendor.in / "T-1.txt", std::ios::app) << "x";
  CHECK(plant.import().receipts == 0);
  CHECK(code_of(plant.answer("T-1.ack")) == 110);
  CHECK(plant.database().devices().empty());
  std::filesystem::remove(plant.vendor.out / "T-1.ack");
  std::ofstream(plant.vendor.in / "T-1.txt") << sound;
  CHECK(plant.import().imported == 2);
}

TEST_CASE("vendor: a refurbished device is a new generation") {
  Plant plant;
  plant.order.refurbish = plant.make("first", 3);
  plant.send("T-1", plant.drops("first"));
  plant.import();
  plant.make("second", 3, "refurbished=3");
  plant.send("T-2", plant.drops("second"));
  CHECK(plant.import().imported == 3);
  const auto database = plant.database();
  REQUIRE(database.devices().size() == 3);
  for (const auto& line : plant.order.refurbish) CHECK(database.devices().at(line.suid).imports == 2);
}

TEST_CASE("vendor: the clone of an imported device is refused") {
  Plant plant;
  plant.order.clone = plant.make("first", 3);
  plant.send("T-1", plant.drops("first"));
  plant.import();
  plant.make("second", 2, "clone=2");
  plant.send("T-2", plant.drops("second"));
  CHECK(plant.import().codes == std::map<int, std::uint64_t>{{114, 2}});
}

TEST_CASE("vendor: forced errors happen once, so that a retry works") {
  Plant plant;
  plant.make("drops", 5);
  plant.vendor.fail_custom = 2;
  plant.vendor.unknown_error = 1;
  plant.send("T-1", plant.drops("drops"));
  CHECK(plant.import().codes == std::map<int, std::uint64_t>{{0, 2}, {110, 1}, {113, 2}});
  plant.send("T-2", plant.drops("drops"));
  CHECK(plant.import().codes == std::map<int, std::uint64_t>{{0, 3}, {114, 2}});
}

TEST_CASE("vendor: other rules give codes that a sound line can't earn otherwise") {
  Plant plant;
  plant.vendor.skip_rsa = true;
  plant.order.random_receipts = true;
  plant.order.layout.items.emplace_back("lot");
  plant.make("drops", 1);
  plant.send("T-1", plant.drops("drops"));
  CHECK(plant.import().codes.begin()->first == 103);
  plant.vendor.rules.layout.items.emplace_back("lot");
  plant.vendor.rules.mandatory.emplace_back("operator");
  plant.send("T-2", plant.drops("drops"));
  CHECK(plant.import().codes.begin()->first == 104);
  plant.vendor.rules.mandatory.pop_back();
  plant.vendor.rules.custom_pattern.emplace("[A-F]+");
  plant.send("T-3", plant.drops("drops"));
  CHECK(plant.import().codes.begin()->first == 113);
}

TEST_CASE("vendor: logs without a header, as in e-mail") {
  Plant plant;
  plant.make("drops", 2);
  std::filesystem::copy_file(plant.path("drops") / "plant-a-1-000001.txt", plant.vendor.in / "MAIL-1.txt");
  plant.vendor.headerless = true;
  CHECK(plant.import().imported == 2);
  CHECK(code_of(plant.answer("MAIL-1.ack")) == 0);
}

TEST_CASE("vendor: what is hidden or no receipt log is left alone") {
  Plant plant;
  static_cast<void>(std::ofstream(plant.vendor.in / ".T-1.txt.Ab3d") << "half a file");
  static_cast<void>(std::ofstream(plant.vendor.in / ".T-2.txt") << "half a file");
  static_cast<void>(std::ofstream(plant.vendor.in / "notes") << "a note");
  std::filesystem::create_directory(plant.vendor.in / "folder.txt");
  CHECK(plant.import().logs == 0);
}

TEST_CASE("vendor: a log that was taken comes again and is answered again") {
  Plant plant;
  plant.vendor.consume = true;
  plant.make("drops", 2);
  plant.send("T-1", plant.drops("drops"));
  CHECK(plant.import().imported == 2);
  CHECK(list_folder(plant.vendor.in).empty());
  std::filesystem::remove(plant.vendor.out / "T-1.ack");
  plant.send("T-1", plant.drops("drops"));
  CHECK(plant.import().logs == 0);
  CHECK(plant.answers() == std::vector<std::string>{"T-1.ack"});
  CHECK(list_folder(plant.vendor.in).empty());
}

}  // namespace
}  // namespace quittance::simulators
