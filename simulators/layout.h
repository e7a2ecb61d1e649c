// How a line of a drop or a receipt log is laid out: which items in which order, and what stands
// between them. The vendor agrees it with each OEM, so it is a choice and never a constant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/options.h"

namespace quittance::simulators {

// The manual's order, 4.3.1.
inline constexpr const char* kManualItems = "suid,flag,receipt,imei,oem,model,operator,sip-soc";

struct Layout {
  std::vector<std::string> items;
  char separator = ';';
  [[nodiscard]] std::optional<std::size_t> find(std::string_view item) const;
  // Not one of the manual's eight, hence one that the OEM and the vendor agreed.
  [[nodiscard]] static bool is_custom(std::string_view item);
};

// Reads --fields and --separator; a usage Failure unless suid and receipt are among the items.
[[nodiscard]] Layout read_layout(const Invocation& invocation);
[[nodiscard]] std::vector<Option> layout_options();

}  // namespace quittance::simulators
