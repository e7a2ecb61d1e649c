#include "records/suid.h"

#include <algorithm>

namespace quittance {

std::optional<Suid> Suid::parse(std::string_view text) {
  Suid suid;
  if (text.size() != 2 * suid.bytes.size() || !from_hex(text, suid.bytes)) return std::nullopt;
  return suid;
}

Suid Suid::from(ByteView sixteen) {
  Suid suid;
  std::copy_n(sixteen.begin(), std::min(sixteen.size(), suid.bytes.size()), suid.bytes.begin());
  return suid;
}

}  // namespace quittance
