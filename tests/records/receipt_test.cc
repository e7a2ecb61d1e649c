// Every rule of the receipt line, with the code that the vendor would answer.
#include "records/receipt.h"

#include <catch2/catch.hpp>

#include "tests/records/sample.h"

using namespace quittance;
using namespace quittance::sample;

namespace {

struct Row {
  const char* what;
  std::string line;
  int code;  // 0: good
  std::string field;
};

void check(const std::vector<Row>& rows, const LineRules& rules = sample::rules()) {
  for (const auto& row : rows) {
    INFO(row.what);
    Receipt receipt;
    const auto judged = read_receipt_line(row.line, rules, receipt);
    CHECK(judged.fault.has_value() == (row.code != 0));
    if (!judged.fault) continue;
    CHECK(judged.fault->code == row.code);
    CHECK(judged.fault->field == row.field);
    CHECK_FALSE(judged.fault->id.empty());
    CHECK_FALSE(judged.fault->problem.empty());
    CHECK_FALSE(judged.fault->mend.empty());
  }
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

}  // namespace

TEST_CASE("a sound line gives each of its fields", "[receipt]") {
  Receipt receipt;
  const auto judged = read_receipt_line(join(fields()), rules(), receipt);
  REQUIRE_FALSE(judged.fault);
  CHECK(judged.warnings.empty());
  CHECK(receipt.suid.text() == kSuid);
  CHECK(receipt.flag == 0);
  CHECK(receipt.bytes == ReceiptBytes{});
  CHECK(receipt.imei == "490154203237518");
  CHECK(receipt.model == "Meridian-7");
  CHECK(receipt.operator_name.empty());
  CHECK(receipt.sip_soc == "Northlake");
  CHECK(receipt.items.empty());
  CHECK(receipt.tail.empty());
}

TEST_CASE("a receipt that is used again keeps nothing of the line before", "[receipt]") {
  Receipt receipt;
  REQUIRE_FALSE(read_receipt_line(with("operator", "Orbit") + "  ", rules(), receipt).fault);
  REQUIRE_FALSE(read_receipt_line(join(fields()), rules(), receipt).fault);
  CHECK(receipt.operator_name.empty());
  CHECK(receipt.tail.empty());
}

TEST_CASE("102 and 104: the SUID", "[receipt]") {
  check({{"upper case", with("suid", "00112233445566778899AABBCCDDEEFF"), 0, ""},
         {"31 digits", with("suid", kSuid.substr(1)), 102, "suid"},
         {"33 digits", with("suid", kSuid + "0"), 102, "suid"},
         {"no hex", with("suid", "g" + kSuid.substr(1)), 102, "suid"},
         {"a blank before", with("suid", " " + kSuid.substr(1)), 102, "suid"},
         {"0x", with("suid", "0x" + kSuid.substr(2)), 102, "suid"},
         {"byte order mark", "\xef\xbb\xbf" + join(fields()), 102, "suid"},
         {"NUL", with("suid", kSuid.substr(1) + std::string(1, '\0')), 102, "suid"},
         {"empty", with("suid", ""), 104, "suid"}});
}

TEST_CASE("111 and 104: the refurbishment flag", "[receipt]") {
  check({{"new", with("flag", "0"), 0, ""},
         {"refurbished", with("flag", "1"), 0, ""},
         {"2", with("flag", "2"), 111, "flag"},
         {"00", with("flag", "00"), 111, "flag"},
         {"-0", with("flag", "-0"), 111, "flag"},
         {"blank", with("flag", " "), 111, "flag"},
         {"0 and a blank", with("flag", "0 "), 111, "flag"},
         {"yes", with("flag", "yes"), 111, "flag"},
         {"wide digit", with("flag", "\xef\xbc\x90"), 111, "flag"},
         {"empty", with("flag", ""), 104, "flag"}});
}

TEST_CASE("105 and 106: the receipt", "[receipt]") {
  const auto changed = [](std::size_t at, char to) {
    auto text = kBase64;
    text[at] = to;
    return with("receipt", text);
  };
  check({{"1024", with("receipt", kBase64), 0, ""},
         {"both special characters", changed(5, '+'), 0, ""},
         {"slash", changed(1023, '/'), 0, ""},
         {"1023", with("receipt", kBase64.substr(1)), 106, "receipt"},
         {"1020", with("receipt", kBase64.substr(4)), 106, "receipt"},
         {"1025", with("receipt", kBase64 + "A"), 105, "receipt"},
         {"1028", with("receipt", kBase64 + "AAAA"), 105, "receipt"},
         {"padding", changed(1023, '='), 106, "receipt"},
         {"url alphabet", changed(7, '-'), 106, "receipt"},
         {"url alphabet", changed(7, '_'), 106, "receipt"},
         {"blank inside", changed(500, ' '), 106, "receipt"},
         {"NUL inside", changed(500, '\0'), 106, "receipt"},
         {"return inside", changed(500, '\r'), 106, "receipt"},
         {"high byte", changed(500, '\xc3'), 106, "receipt"},
         {"empty", with("receipt", ""), 104, "receipt"}});
}

TEST_CASE("102 and 105: the IMEI", "[receipt]") {
  check({{"none", with("imei", ""), 0, ""},
         {"13", with("imei", std::string(13, '1')), 102, "imei"},
         {"14", with("imei", std::string(14, '1')), 0, ""},
         {"17", with("imei", std::string(17, '1')), 0, ""},
         {"18", with("imei", std::string(18, '1')), 105, "imei"},
         {"letter", with("imei", "49015420323751x"), 102, "imei"},
         {"sign", with("imei", "+4901542032375"), 102, "imei"},
         {"blank", with("imei", "490154203237 18"), 102, "imei"},
         {"dashes", with("imei", "49-015420-32375"), 102, "imei"}});
}

TEST_CASE("a wrong check digit of the IMEI is a warning", "[receipt]") {
  Receipt receipt;
  const auto judged = read_receipt_line(with("imei", "490154203237519"), rules(), receipt);
  REQUIRE_FALSE(judged.fault);
  REQUIRE(judged.warnings.size() == 1);
  CHECK(judged.warnings[0].code == 0);
  CHECK(judged.warnings[0].field == "imei");
  for (const char* other : {"49015420323751", "4901542032375190"})  // no check digit, or another number
    CHECK(read_receipt_line(with("imei", other), rules(), receipt).warnings.empty());
  CHECK(has_right_check_digit("490154203237518"));
  for (char digit = '0'; digit <= '9'; ++digit)
    CHECK(has_right_check_digit(std::string("49015420323751") + digit) == (digit == '8'));
}

TEST_CASE("102: the OEM is the channel's", "[receipt]") {
  check({{"other", with("oem", "OTHER"), 102, "oem"},
         {"case", with("oem", "acme"), 102, "oem"},
         {"longer", with("oem", "ACMEX"), 102, "oem"},
         {"empty", with("oem", ""), 104, "oem"}});
}

TEST_CASE("102, 104 and 105: texts", "[receipt]") {
  for (const char* field : {"model", "operator", "sip-soc"}) {
    const std::string name = field;
    check({{"63 bytes", with(name, std::string(63, 'x')), 0, ""},
           {"64 bytes", with(name, std::string(64, 'x')), 0, ""},
           {"65 bytes", with(name, std::string(65, 'x')), 105, name},
           {"64 bytes in 32 letters", with(name, repeated("\xc3\xa9", 32)), 0, ""},
           {"66 bytes in 33 letters", with(name, repeated("\xc3\xa9", 33)), 105, name},
           {"tab", with(name, "a\tb"), 102, name},
           {"NUL", with(name, std::string("a\0b", 3)), 102, name},
           {"return", with(name, "a\rb"), 102, name},
           {"escape", with(name, "\x1b[31m"), 102, name},
           {"delete", with(name, "a\x7f"), 102, name},
           {"latin 1",
            with(name,
                 "M\xf6"
                 "bius"),
            102, name},
           {"cut letter", with(name, "x\xc3"), 102, name},
           {"overlong", with(name, "\xc0\xaf"), 102, name},
           {"surrogate", with(name, "\xed\xa0\x80"), 102, name},
           {"beyond Unicode", with(name, "\xf4\x90\x80\x80"), 102, name},
           {"four bytes", with(name, "\xf0\x9f\x9a\x80"), 0, ""}});
  }
  check({{"empty model", with("model", ""), 104, "model"},
         {"empty operator", with("operator", ""), 0, ""},
         {"blank model", with("model", " "), 0, ""}});
}

TEST_CASE("the limit of texts is a setting", "[receipt]") {
  auto rules = sample::rules();
  rules.field_bytes = 5;
  auto line = fields();
  line[5] = "12345";
  line[7] = "123456";
  check({{"6 bytes", join(line), 105, "sip-soc"}}, rules);
  line[7] = "12345";
  check({{"5 bytes", join(line), 0, ""}}, rules);
}

TEST_CASE("103: the number of fields", "[receipt]") {
  auto seven = fields();
  seven.pop_back();
  check({{"seven", join(seven), 103, ""},
         {"nine", join(fields()) + ";more", 103, ""},
         {"empty line", "", 103, ""},
         {"no separator", "rubbish", 103, ""},
         {"another separator", join(fields(), "|"), 103, ""},
         {"only separators", ";;;;;;;", 104, "suid"},
         {"separator in a field", with("model", "a;b"), 103, ""},
         {"more than 32", repeated(";", 40) + "x", 103, ""},
         {"nine, the last empty", join(fields()) + ";", 0, ""},
         {"many, all empty", join(fields()) + ";; ;\t;", 0, ""},
         {"many, the last not", join(fields()) + ";;;x", 103, ""}});
}

TEST_CASE("101: what stands behind the last field is kept and not part of it", "[receipt]") {
  const std::vector<std::pair<std::string, std::string>> tails = {
      {"  ", "  "}, {"\r", "\r"}, {"\t", "\t"}, {";", ";"}, {" ;; ", " ;; "}, {" \r", " \r"}};
  for (const auto& [written, kept] : tails) {
    INFO('"' << written << '"');
    Receipt receipt;
    const auto judged = read_receipt_line(join(fields()) + written, rules(), receipt);
    REQUIRE_FALSE(judged.fault);
    REQUIRE(judged.warnings.size() == 1);
    CHECK(judged.warnings[0].code == 101);
    CHECK(receipt.sip_soc == "Northlake");
    CHECK(receipt.tail == kept);
  }
}

TEST_CASE("the first fault in the order of the fields is told", "[receipt]") {
  auto wrong = fields();
  wrong[1] = "2";
  wrong[3] = "x";
  wrong[5] = "";
  check({{"flag before imei", join(wrong), 111, "flag"}});
}

TEST_CASE("102: the separator of the channel in a field of a drop with another", "[receipt]") {
  auto rules = sample::rules();
  rules.channel_separator = '|';
  check({{"model", with("model", "a|b"), 102, "model"}, {"none", join(fields()), 0, ""}}, rules);
}

TEST_CASE("another order, another separator and custom items", "[receipt]") {
  const LineRules rules{Layout({"lot", "receipt", "suid"}, '\t'), {"suid", "receipt", "lot"}, '|', "ACME", 8};
  check({{"good", "L;7\t" + kBase64 + "\t" + kSuid, 0, ""},
         {"empty lot", "\t" + kBase64 + "\t" + kSuid, 104, "lot"},
         {"long lot", "123456789\t" + kBase64 + "\t" + kSuid, 105, "lot"},
         {"separator of the channel", "L|7\t" + kBase64 + "\t" + kSuid, 102, "lot"}},
        rules);
  Receipt receipt;
  REQUIRE_FALSE(read_receipt_line("L;7\t" + kBase64 + "\t" + kSuid, rules, receipt).fault);
  CHECK(receipt.items == CustomItems{{"lot", "L;7"}});
  CHECK(receipt.flag == 0);  // new, where the lines carry no flag
}

TEST_CASE("104: a mandatory field that the lines do not carry", "[receipt]") {
  LineRules rules{Layout({"suid", "receipt"}, ';'), {"suid", "model"}, ';', "ACME", 64};
  check({{"model", kSuid + ";" + kBase64, 104, "model"}}, rules);
  rules.mandatory = {"oem", "flag"};  // these come from elsewhere
  check({{"oem", kSuid + ";" + kBase64, 0, ""}}, rules);
}

TEST_CASE("problems quote foreign text escaped and cut", "[receipt]") {
  Receipt receipt;
  const auto judged = read_receipt_line(with("suid", "\x1b[2J" + std::string(500, 'x')), rules(), receipt);
  REQUIRE(judged.fault);
  CHECK(judged.fault->problem.find('\x1b') == std::string::npos);
  CHECK(judged.fault->problem.size() < 120);
}

TEST_CASE("a line is written in the layout of the channel", "[receipt]") {
  Receipt receipt;
  REQUIRE_FALSE(read_receipt_line(with("operator", "Orbit") + "  ", rules(), receipt).fault);
  receipt.items["lot"] = "L7";
  std::string out = "before\n";
  append_receipt_line(out, receipt, Layout({"lot", "receipt", "oem", "suid", "none"}, '|'), "VENDOR-ID");
  CHECK(out == "before\nL7|" + kBase64 + "|VENDOR-ID|" + kSuid + "|\n");
  out.clear();
  append_receipt_line(out, receipt, Layout(kOrder, ';'), "ACME");
  CHECK(out == with("operator", "Orbit") + "\n");  // without the tail
}

TEST_CASE("one value by the rules of a line", "[receipt]") {
  const auto code = [](const char* name, const std::string& value) {
    const auto wrong = wrong_value(name, value, rules());
    return wrong ? wrong->code : 0;
  };
  CHECK(code("model", "X") == 0);
  CHECK(code("model", "") == 104);
  CHECK(code("operator", "") == 0);
  CHECK(code("imei", "1") == 102);
  CHECK(code("flag", "3") == 111);
  CHECK(code("lot", std::string(65, 'x')) == 105);
  CHECK(code("lot", "a;b") == 102);
}
