// DER by hand: tag, length, value.
#include "simulators/der.h"

#include <algorithm>

namespace quittance::simulators {
namespace {

Bytes shortest_integer(ByteView big_endian) {
  const auto first =
      std::find_if(big_endian.begin(), big_endian.end() - 1, [](auto byte) { return byte != 0; });
  Bytes value;
  if ((*first & 0x80U) != 0) value.push_back(0);
  value.insert(value.end(), first, big_endian.end());
  return der(kDerInteger, {value});
}

}  // namespace

Bytes der(std::uint8_t tag, std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += part.size();
  Bytes out;
  out.reserve(size + 10);
  out.push_back(tag);
  if (size < 0x80) {
    out.push_back(static_cast<std::uint8_t>(size));
  } else {
    Bytes digits;
    for (std::size_t left = size; left > 0; left >>= 8)
      digits.insert(digits.begin(), static_cast<std::uint8_t>(left));
    out.push_back(static_cast<std::uint8_t>(0x80 | digits.size()));
    out.insert(out.end(), digits.begin(), digits.end());
  }
  for (const ByteView part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes der_signature(const RawSignature& signature) {
  const ByteView all = signature;
  return der(kDerSequence, {shortest_integer(all.first(32)), shortest_integer(all.last(32))});
}

Bytes early_der_signature(const RawSignature& signature) {
  const ByteView all = signature;
  return der(kDerSequence, {der(kDerInteger, {all.first(32)}), der(kDerInteger, {all.last(32)})});
}

}  // namespace quittance::simulators
