#include "records/der.h"

namespace quittance {
namespace {

constexpr std::size_t kLongestLength = 4;  // bytes of a length; certificates are far below 4 GiB

struct Head {
  std::size_t size = 0;     // bytes of tag and length
  std::size_t content = 0;  // bytes that follow
};

std::optional<Head> head_of(ByteView bytes) {
  if (bytes.size() < 2 || (bytes[0] & 0x1fU) == 0x1fU) return std::nullopt;
  if (bytes[1] < 0x80) return Head{2, bytes[1]};
  const std::size_t count = bytes[1] & 0x7fU;
  if (count == 0 || count > kLongestLength || bytes.size() < 2 + count) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8U | bytes[2 + i];
  const bool is_shortest = length >= 0x80 && (count == 1 || length >> (8 * (count - 1)) != 0);
  if (!is_shortest) return std::nullopt;
  return Head{2 + count, length};
}

}  // namespace

std::optional<DerItem> DerReader::next() {
  const auto head = head_of(rest_);
  if (!head || rest_.size() - head->size < head->content) return std::nullopt;
  const std::size_t size = head->size + head->content;
  const DerItem item{rest_[0], rest_.subspan(head->size, head->content), rest_.first(size)};
  rest_ = rest_.subspan(size);
  return item;
}

std::optional<DerItem> DerReader::next(std::uint8_t tag) {
  if (rest_.empty() || rest_[0] != tag) return std::nullopt;
  return next();
}

bool is_one_der_item(ByteView bytes, std::uint8_t tag) {
  DerReader reader(bytes);
  return reader.next(tag) && reader.at_end();
}

}  // namespace quittance
