#include "records/tid.h"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace quittance {

std::string make_tid(std::string_view oem, std::string_view instance, Seconds at, std::uint64_t counter,
                     const Digest& head) {
  return fmt::format("{}-{}-{}-{:06}-{}", oem, instance, to_date(at), counter,
                     to_hex(ByteView(head).first(10)));
}

bool is_tid(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view(";/\"'`\\").find(c) == std::string_view::npos;
  });
}

bool is_oem_id(std::string_view text) {
  if (text.empty() || text.size() > 12) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace quittance
