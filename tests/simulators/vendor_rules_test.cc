// The vendor's checks on the text of a line: the code of the table for each kind of damage.
#include "simulators/vendor_rules.h"

#include <catch2/catch.hpp>

#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

const std::string kSuid = "00112233445566778899aabbccddeeff";

// A small layout, so that a line can be read: suid, flag, receipt, imei, model, operator.
struct Desk {
  Rules rules;
  std::string suid = kSuid;
  std::string flag = "0";
  std::string receipt = std::string(1024, 'A');
  std::string imei = "490154203237518";
  std::string model = "M7";
  std::string operator_name = "O";
  std::string tail;
  bool terminated = true;

  Desk() {
    rules.layout.items = {"suid", "flag", "receipt", "imei", "model", "operator"};
    rules.mandatory = {"suid", "flag", "receipt", "imei", "model"};
  }
  [[nodiscard]] std::string line() const {
    const std::string s(1, rules.layout.separator);
    return suid + s + flag + s + receipt + s + imei + s + model + s + operator_name + tail;
  }
  [[nodiscard]] JudgedLine judge() const { return judge_line({line(), terminated}, rules); }
  [[nodiscard]] int code() const { return judge().code; }
};

TEST_CASE("rules: a sound line") {
  Desk desk;
  const JudgedLine judged = desk.judge();
  CHECK(judged.code == code::kOk);
  CHECK(judged.suid_text == kSuid);
  REQUIRE(judged.suid);
  CHECK(to_hex(*judged.suid) == kSuid);
  CHECK_FALSE(judged.refurbished);
  CHECK_FALSE(judged.trailing);
  desk.flag = "1";
  CHECK(desk.judge().refurbished);
}

TEST_CASE("rules: an empty operator is no trailing separator") {
  Desk desk;
  desk.operator_name = "";
  CHECK(desk.code() == code::kOk);
  CHECK_FALSE(desk.judge().trailing);
}

TEST_CASE("rules: 101, trailing blanks, separators or a carriage return are remarked and ignored") {
  for (const char* tail : {" ", "\t \t", ";", ";;", "; ", " ;", "\r"}) {
    Desk desk;
    desk.tail = tail;
    CAPTURE(tail);
    CHECK(desk.code() == code::kOk);
    CHECK(desk.judge().trailing);
  }
  Desk tabs;
  tabs.rules.layout.separator = '\t';
  tabs.operator_name = "";
  CHECK(tabs.code() == code::kOk);
  CHECK_FALSE(tabs.judge().trailing);
}

TEST_CASE("rules: 102, syntax") {
  for (const std::string& suid :
       {kSuid + "0", kSuid.substr(1), "g" + kSuid.substr(1), " " + kSuid.substr(1)}) {
    Desk desk;
    desk.suid = suid;
    CHECK(desk.code() == code::kSyntax);
    CHECK_FALSE(desk.judge().suid);
  }
  for (const char* imei : {"4901542032375", "490154203237518000", "49015420323751x", "+90154203237518"}) {
    Desk desk;
    desk.imei = imei;
    CHECK(desk.code() == code::kSyntax);
  }
  for (const char* model : {"M\x01", "M\x7f", "M\xff", "\xc3"}) {
    Desk desk;
    desk.model = model;
    CHECK(desk.code() == code::kSyntax);
  }
  Desk open;
  open.terminated = false;
  CHECK(open.code() == code::kSyntax);
  CHECK(judge_line({"", true}, open.rules).code == code::kSyntax);
}

TEST_CASE("rules: 103, one field too many or too few") {
  Desk desk;
  desk.tail = ";surplus";
  CHECK(desk.code() == code::kFieldCount);
  CHECK(desk.judge().suid_text == kSuid);
  desk.tail = "";
  desk.rules.layout.items.emplace_back("lot");
  CHECK(desk.code() == code::kFieldCount);
  desk.rules.layout.separator = '|';
  CHECK(judge_line({"a;b", true}, desk.rules).code == code::kFieldCount);
}

TEST_CASE("rules: 104, an empty mandatory field") {
  Desk desk;
  desk.model = "";
  CHECK(desk.code() == code::kEmptyField);
  desk.rules.mandatory = {"suid"};
  CHECK(desk.code() == code::kOk);
}

TEST_CASE("rules: 105, a field of one byte too many") {
  Desk desk;
  desk.model = std::string(64, 'M');
  CHECK(desk.code() == code::kOk);
  desk.model += "M";
  CHECK(desk.code() == code::kLongField);
}

TEST_CASE("rules: 106, a receipt that is not the base64 of 768 bytes") {
  const std::string sound(1024, 'A');
  std::vector<std::string> wrong = {sound + "AAAA", sound.substr(4),
                                    sound.substr(2) + "==", sound.substr(1) + "=",
                                    sound.substr(1) + "\xc2\xa0"};
  for (const char c : {'*', ' ', '-', '_', '='}) {
    for (const std::size_t at : {0U, 511U, 1023U}) wrong.emplace_back(sound)[at] = c;
  }
  for (const auto& receipt : wrong) {
    Desk desk;
    desk.receipt = receipt;
    CHECK(desk.code() == code::kBase64);
  }
}

TEST_CASE("rules: a receipt is decoded to its bytes") {
  ReceiptBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 11);
  ReceiptBytes read{};
  REQUIRE(read_receipt(to_base64(bytes), read));
  CHECK(read == bytes);
}

TEST_CASE("rules: 111, a flag that is neither 0 nor 1") {
  for (const char* flag : {"2", "00", "01", "-", "true", " 0"}) {
    Desk desk;
    desk.flag = flag;
    CHECK(desk.code() == code::kFlag);
  }
}

TEST_CASE("rules: the OEM's own items are matched as a whole") {
  Desk desk;
  desk.rules.layout.items.back() = "lot";
  desk.rules.custom_pattern.emplace("LOT-[0-9]+");
  desk.operator_name = "LOT-17";
  CHECK(desk.judge().custom_good);
  desk.operator_name = "LOT-17b";
  CHECK_FALSE(desk.judge().custom_good);
}

TEST_CASE("rules: an unreadable SUID is repeated without harm to the answer") {
  Desk desk;
  CHECK(judge_line({std::string("a\x01;") + "b", true}, desk.rules).suid_text == "a\\x01");
  desk.rules.layout.separator = '|';
  CHECK(judge_line({"a;b|c", true}, desk.rules).suid_text == "a\\x3bb");
  CHECK(judge_line({std::string(5000, 'z'), true}, desk.rules).suid_text.size() < 80);
}

}  // namespace
}  // namespace quittance::simulators
