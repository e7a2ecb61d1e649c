// Small helpers on text.
#include "base/text.h"

#include <catch2/catch.hpp>
#include <cstdint>

namespace quittance {
namespace {

TEST_CASE("text: escaping leaves nothing that a terminal obeys") {
  CHECK(escaped("plain ~ text") == "plain ~ text");
  CHECK(escaped("a\nb\x1b[0m\x7f") == "a\\x0ab\\x1b[0m\\x7f");
  CHECK(escaped("\xc3\xa4") == "\\xc3\\xa4");
  CHECK(escaped("a\\x0a") == "a\\\\x0a");
  CHECK(escaped(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("text: escaping cuts behind the limit only") {
  CHECK(escaped("abcd", 4) == "abcd");
  CHECK(escaped("abcde", 4) == "abcd...");
  CHECK(escaped("\n\n", 1) == "\\x0a...");
  CHECK(escaped(std::string(121, 'x')) == std::string(120, 'x') + "...");
}

TEST_CASE("text: UTF-8 that is right") {
  for (const char* right :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "eight by\xc3\xa4te words"}) {
    CAPTURE(right);
    CHECK(is_valid_utf8(right));
  }
}

TEST_CASE("text: UTF-8 that is overlong, a surrogate, too high, cut or stray") {
  for (const char* wrong : {"\x80",
                            "\xbf",
                            "\xc0\x80",
                            "\xc1\xbf",
                            "\xc2",
                            "\xc2\x41",
                            "\xe0\x9f\xbf",
                            "\xe0\xa0",
                            "\xe1\x80\x41",
                            "\xed\xa0\x80",
                            "\xed\xbf\xbf",
                            "\xf0\x8f\xbf\xbf",
                            "\xf0\x90\x80",
                            "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80",
                            "\xff",
                            "\xfe",
                            "seven..\x80",
                            "12345678\x80",
                            "123456789abcdef\xc3"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_valid_utf8(wrong));
  }
}

TEST_CASE("text: control characters are found") {
  CHECK_FALSE(has_control(""));
  CHECK_FALSE(has_control(" ~\xc3\xa4"));
  for (const char* wrong : {"\t", "a\x1f", "\x7f", "a\nb"}) CHECK(has_control(wrong));
  CHECK(has_control(std::string_view("a\0", 2)));
}

TEST_CASE("text: trimming, lower case, lists") {
  CHECK(trimmed(" \t a b\t ") == "a b");
  CHECK(trimmed(" \t ").empty());
  CHECK(trimmed("\na") == "\na");
  CHECK(lower("AZaz[@\xc3\x84") == "azaz[@\xc3\x84");
  CHECK(split_list("a, b ,c", ',') == std::vector<std::string>{"a", "b", "c"});
  CHECK(split_list("a,,", ',') == std::vector<std::string>{"a", "", ""});
  CHECK(split_list("one", ',') == std::vector<std::string>{"one"});
  CHECK(split_list("", ',').empty());
  CHECK(split_list("  ", ',').empty());
}

TEST_CASE("text: the nearest word") {
  const std::vector<std::string> words = {"collect", "send", "status", "journal verify"};
  CHECK(nearest("colect", words) == "collect");
  CHECK(nearest("stauts", words) == "status");
  CHECK(nearest("sned", words) == "send");
  CHECK(nearest("stat", words) == "status");
  CHECK(nearest("j", words) == "journal verify");
  CHECK(nearest("jurnal verfiy", words) == "journal verify");
  CHECK(nearest("send", words) == "send");
  CHECK_FALSE(nearest("reconcile", words));
  CHECK_FALSE(nearest("", words));
  CHECK_FALSE(nearest("q", {"v"}));
  CHECK_FALSE(nearest("send", {}));
}

TEST_CASE("text: whole numbers and nothing else") {
  CHECK(parse_integer<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(parse_integer<std::uint32_t>("0") == 0U);
  CHECK(parse_integer<int>("-15") == -15);
  for (const char* wrong : {"", "-", "+1", "-1", " 1", "1 ", "00", "01", "1.0", "0x1", "4294967296"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_integer<std::uint32_t>(wrong));
  }
  CHECK_FALSE(parse_integer<int>("-01"));
}

}  // namespace
TEST_CASE("a number with its noun", "[text]") {
  CHECK(counted(0, "receipt") == "0 receipts");
  CHECK(counted(1, "receipt") == "1 receipt");
  CHECK(counted(20'000, "acknowledge file") == "20000 acknowledge files");
}

}  // namespace quittance
