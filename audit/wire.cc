#include "audit/wire.h"

#include <algorithm>

namespace quittance::audit {

void WireWriter::text(std::string_view text) {
  u32(static_cast<std::uint32_t>(text.size()));
  bytes_ += text;
}

ByteView WireReader::take(std::size_t size) {
  if (rest_.size() < size) throw WireError("a message is cut");
  const ByteView taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::uint64_t WireReader::fixed(std::size_t size) {
  std::uint64_t value = 0;
  const ByteView bytes = take(size);
  for (std::size_t i = size; i-- > 0;) value = value << 8U | bytes[i];
  return value;
}

void WireReader::raw(std::span<std::uint8_t> out) { std::ranges::copy(take(out.size()), out.begin()); }

std::string WireReader::text() {
  const std::uint32_t size = u32();
  return std::string(as_text(take(size)));
}

}  // namespace quittance::audit
