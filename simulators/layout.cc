// The layout of a line, read from the command line.
#include "simulators/layout.h"

#include <algorithm>

#include "base/fault.h"
#include "base/text.h"
#include "simulators/arguments.h"

namespace quittance::simulators {
namespace {

char read_separator(const std::string& text) {
  if (text == "tab") return '\t';
  if (text == "space") return ' ';
  if (text == "comma") return ',';
  const bool letter = text.size() != 1 || (text[0] >= '0' && text[0] <= '9') ||
                      (text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z');
  // Whatever may stand in hex digits or base64 can't separate.
  if (letter || text[0] <= ' ' || text[0] > '~' ||
      std::string_view("+/=").find(text[0]) != std::string_view::npos)
    wrong_option("separator", text, "one character such as ; or |, or the word tab, space or comma");
  return text[0];
}

}  // namespace

std::optional<std::size_t> Layout::find(std::string_view item) const {
  const auto at = std::find(items.begin(), items.end(), item);
  if (at == items.end()) return std::nullopt;
  return static_cast<std::size_t>(at - items.begin());
}

bool Layout::is_custom(std::string_view item) {
  const auto known = split_list(kManualItems, ',');
  return std::find(known.begin(), known.end(), item) == known.end();
}

Layout read_layout(const Invocation& invocation) {
  Layout layout;
  layout.items = list_option(invocation, "fields", kManualItems);
  layout.separator = read_separator(invocation.value("separator", ";"));
  for (const char* item : {"suid", "receipt"}) {
    if (!layout.find(item))
      throw usage_failure(std::string("--fields lacks ") + item, "every line needs suid and receipt");
  }
  std::vector<std::string> sorted = layout.items;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw usage_failure("--fields has " + escaped(*twice) + " twice", "name each item once");
  return layout;
}

std::vector<Option> layout_options() {
  return {
      {"fields", "LIST",
       std::string("Items of a line in their order, any other name is an item of the OEM's own "
                   "(default: ") +
           kManualItems + ")."},
      {"separator", "C",
       "What stands between the items, one character or the word tab, space or comma (default: ;)."},
  };
}

}  // namespace quittance::simulators
