// The small records: SUID, TID, result codes, layout, life, header of the receipt log.
#include <catch2/catch.hpp>

#include <set>

#include "records/layout.h"
#include "records/life.h"
#include "records/receipt_log.h"
#include "records/result_code.h"
#include "records/suid.h"
#include "records/tid.h"

using namespace quittance;

TEST_CASE("SUID: 32 hex digits of either case", "[suid]") {
  const auto suid = Suid::parse("00112233445566778899AabbCCddEEff");
  REQUIRE(suid);
  CHECK(suid->text() == "00112233445566778899aabbccddeeff");
  CHECK(suid->bytes[15] == 0xff);
  CHECK(Suid::from(suid->bytes) == *suid);
  for (const char* wrong : {"", "0", "0011223344556677 8899aabbccddeef", "00112233445566778899aabbccddeef",
                            "00112233445566778899aabbccddeefff", "0x112233445566778899aabbccddeeff",
                            "g0112233445566778899aabbccddeeff", "+0112233445566778899aabbccddeeff"}) {
    INFO(wrong);
    CHECK_FALSE(Suid::parse(wrong));
  }
  CHECK_FALSE(Suid::parse(std::string(32, '\0')));
  CHECK(*Suid::parse("00000000000000000000000000000001") < *Suid::parse("ff000000000000000000000000000000"));
}

TEST_CASE("TID: made of all its parts and never longer than 64", "[tid]") {
  Digest head{};
  head[0] = 0x9f;
  head[9] = 0xe6;
  head[10] = 0xff;
  const auto at = parse_time("2026-11-20T23:59:59Z").value();
  CHECK(make_tid("ACME", "7f3a", at, 42, head) == "ACME-7f3a-20261120-000042-9f0000000000000000e6");
  CHECK(is_tid(make_tid("TWELVE_CHARS", "ffff", at, 999'999'999'999, head)));
  CHECK(make_tid("TWELVE_CHARS", "ffff", at, 999'999'999'999, head).size() <= 64);
  CHECK(make_tid("A", "0000", at, 1, head) != make_tid("A", "0000", at, 2, head));
}

TEST_CASE("TID: what can be one", "[tid]") {
  CHECK(is_tid("a"));
  CHECK(is_tid(std::string(64, 'x')));
  CHECK(is_tid("a.b-c_d:e~(f)#"));
  for (const std::string wrong : {"", "a b", "a;b", "a/b", "a'b", "a\"b", "a`b", "a\\b", ".a", "..", "-a",
                                  "a\n", "a\x7f", "\xc3\xa9", "a\tb"}) {
    INFO(wrong);
    CHECK_FALSE(is_tid(wrong));
  }
  CHECK_FALSE(is_tid(std::string(65, 'x')));
  CHECK_FALSE(is_tid(std::string(1, '\0')));
}

TEST_CASE("OEM ids", "[tid]") {
  for (const char* good : {"A", "ACME", "acme_2", "TWELVE_CHARS"}) CHECK(is_oem_id(good));
  for (const char* wrong : {"", "THIRTEEN_CHARS", "A-B", "A B", "A;B", "\xc3\x84", "A/B", "."}) {
    INFO(wrong);
    CHECK_FALSE(is_oem_id(wrong));
  }
}

TEST_CASE("result codes: 0 and 101 to 115, each with its effect", "[code]") {
  struct Row {
    int number;
    Effect effect;
    bool alarm;
    const char* name;
  };
  const std::vector<Row> table = {{0, Effect::accepted, false, ""},
                                  {101, Effect::accepted, false, "INVALID_TRAILING_CHARACTERS"},
                                  {102, Effect::rejected, false, "INPUT_LINE_SYNTAX_ERROR"},
                                  {103, Effect::rejected, false, "INPUT_LINE_FIELD_NUMBER_INCORRECT"},
                                  {104, Effect::rejected, false, ""},
                                  {105, Effect::rejected, false, "INPUT_FIELD_EXCEEDS_LIMIT"},
                                  {106, Effect::rejected, false, "SDRECEIPT_BASE64_DECODE_ERROR"},
                                  {107, Effect::held, false, "RSA_SIGNATURE_VALIDATION_FAILED"},
                                  {108, Effect::held, false, "RSA_DECRYPTION_FAILED"},
                                  {109, Effect::held, true, "SUID_MISMATCH"},
                                  {110, Effect::retried, false, "UNKNOWN_ERROR"},
                                  {111, Effect::rejected, false, "BAD_REFURBISHFLAG"},
                                  {112, Effect::rejected, false, "UNABLE_TO_UPDATE_REFURBISHED_DEVICE"},
                                  {113, Effect::retried, false, "SET_USERDATA_FAILED"},
                                  {114, Effect::held, true, "DEVICE_ALREADY_IN_DATABASE"},
                                  {115, Effect::held, true, ""}};
  REQUIRE(result_codes().size() == table.size());
  for (const auto& row : table) {
    INFO(row.number);
    const auto* code = find_result_code(row.number);
    REQUIRE(code != nullptr);
    CHECK(code->number == row.number);
    CHECK(code->effect == row.effect);
    CHECK(code->alarm == row.alarm);
    CHECK(code->name == row.name);
    CHECK_FALSE(code->meaning.empty());
    CHECK(code->mend.empty() == (row.number == 0));
  }
  for (const int none : {-1, 1, 99, 100, 116, 999, 1000}) CHECK(find_result_code(none) == nullptr);
}

TEST_CASE("layout: what a list of fields must be", "[layout]") {
  CHECK_FALSE(wrong_field_list(manual_order()));
  CHECK_FALSE(wrong_field_list({"receipt", "suid"}));
  CHECK(wrong_field_list({}));
  CHECK(wrong_field_list({"suid", "flag"}));
  CHECK(wrong_field_list({"receipt", "flag"}));
  CHECK(wrong_field_list({"suid", "receipt", "lot", "lot"}));
  for (const char* wrong : {"Lot", "lot nr", "", "l\xc3\xb6t", "lot_nr", "a.b"}) {
    INFO(wrong);
    CHECK(wrong_field_list({"suid", "receipt", wrong}));
  }
  CHECK_FALSE(wrong_field_list({"suid", "receipt", std::string(32, 'x')}));
  CHECK(wrong_field_list({"suid", "receipt", std::string(33, 'x')}));
  std::vector<std::string> many = {"suid", "receipt"};
  while (many.size() < kMostFields) many.push_back("f" + std::to_string(many.size()));
  CHECK_FALSE(wrong_field_list(many));
  many.push_back("one-more");
  CHECK(wrong_field_list(many));
}

TEST_CASE("layout: names and places", "[layout]") {
  const Layout layout({"lot", "suid", "receipt", "operator"}, '|');
  CHECK(layout.fields() ==
        std::vector<Field>{Field::custom, Field::suid, Field::receipt, Field::operator_name});
  CHECK(layout.find("receipt") == 2U);
  CHECK_FALSE(layout.find("imei"));
  CHECK(field_of("sip-soc") == Field::sip_soc);
  CHECK(field_of("anything") == Field::custom);
  CHECK(manual_order().size() == 8);
}

TEST_CASE("separators: words and signs that no field can hold", "[layout]") {
  CHECK(parse_separator("tab") == '\t');
  CHECK(parse_separator("space") == ' ');
  CHECK(parse_separator("comma") == ',');
  CHECK(parse_separator("semicolon") == ';');
  for (const char sign : std::string(";|,:!#$%&*~^@_-.<>?"))
    CHECK(parse_separator(std::string(1, sign)) == sign);
  for (const std::string wrong :
       {"", ";;", "a", "F", "0", "9", "+", "/", "=", "\n", "\r", "\x7f", "\xc3\xa9", "tabs"}) {
    INFO(wrong);
    CHECK_FALSE(parse_separator(wrong));
  }
}

TEST_CASE("life: the stored numbers and their words", "[life]") {
  CHECK(name(ReceiptState::collected) == "collected");
  CHECK(name(ReceiptState::settled) == "settled");
  CHECK(name(Outcome::superseded) == "superseded");
  CHECK(name(TransmissionState::refused) == "refused");
  CHECK(static_cast<int>(ReceiptState::held) == 4);
  CHECK(static_cast<int>(Outcome::retried) == 4);
  CHECK(static_cast<int>(TransmissionState::superseded) == 6);
  using T = TransmissionState;
  const auto spoken = [](T of) { return spoken_state(ReceiptState::travelling, of); };
  CHECK(spoken(T::reserved) == "collected");
  CHECK(spoken(T::built) == "assigned");
  CHECK(spoken(T::unknown) == "assigned");
  CHECK(spoken(T::sent) == "sent");
  CHECK(spoken(T::acknowledged) == "sent");
  CHECK(spoken_state(ReceiptState::rejected, T::built) == "rejected");
}

TEST_CASE("header of a receipt log: written and read", "[log]") {
  Digest digest = sha256(std::string_view("abc"));
  const std::string hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(receipt_log_header("T-1", digest) == "TID:T-1;MD:" + hex + "\n");
  const auto read = parse_receipt_log_header("TID:T-1;MD:" + hex);
  REQUIRE(read);
  CHECK(read->tid == "T-1");
  CHECK(read->digest == digest);
  CHECK(parse_receipt_log_header("TID:T-1;MD:BA" + hex.substr(2)));
  for (const auto& wrong :
       {"TID:T-1;MD:" + hex + "\n", "TID:T-1;MD:" + hex.substr(1), "TID:T-1;MD:" + hex + "0",
        "tid:T-1;MD:" + hex, "TID:T-1;md:" + hex, "TID:;MD:" + hex, "TID:a b;MD:" + hex, "TID:T-1;;MD:" + hex,
        "TID:T-1;MD:g" + hex.substr(1), std::string(), std::string("TID:"), " TID:T-1;MD:" + hex,
        "TID:T-1|MD:" + hex}) {
    INFO(wrong);
    CHECK_FALSE(parse_receipt_log_header(wrong));
  }
}
