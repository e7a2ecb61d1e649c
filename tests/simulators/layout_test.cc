// The layout options: what may separate, and which items there must be.
#include "simulators/layout.h"

#include <catch2/catch.hpp>

#include "base/fault.h"

namespace quittance::simulators {
namespace {

Layout read(const std::string& fields, const std::string& separator) {
  Invocation invocation;
  if (!fields.empty()) invocation.values["fields"] = fields;
  if (!separator.empty()) invocation.values["separator"] = separator;
  return read_layout(invocation);
}

TEST_CASE("layout: the manual's order and a semicolon unless told otherwise") {
  const Layout layout = read("", "");
  CHECK(layout.items.size() == 8);
  CHECK(layout.items.front() == "suid");
  CHECK(layout.find("sip-soc") == 7U);
  CHECK_FALSE(layout.find("lot"));
  CHECK(layout.separator == ';');
}

TEST_CASE("layout: other items, other order, other separators") {
  const Layout layout = read("receipt,lot,suid", "tab");
  CHECK(layout.find("suid") == 2U);
  CHECK(layout.separator == '\t');
  CHECK(read("", "|").separator == '|');
  CHECK(Layout::is_custom("lot"));
  CHECK_FALSE(Layout::is_custom("operator"));
}

TEST_CASE("layout: what can't be a layout is wrong usage") {
  CHECK_THROWS_AS(read("suid,flag", ""), Failure);
  CHECK_THROWS_AS(read("receipt,flag", ""), Failure);
  CHECK_THROWS_AS(read("suid,receipt,suid", ""), Failure);
  for (const char* separator : {"a", "A", "7", "+", "/", "=", ";;", "\n", "\x80"}) {
    CAPTURE(separator);
    CHECK_THROWS_AS(read("", separator), Failure);
  }
}

}  // namespace
}  // namespace quittance::simulators
