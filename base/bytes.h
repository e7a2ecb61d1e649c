// Bytes and their two text forms, hex and base64. Decoding is strict: one spelling for each value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quittance {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] ByteView as_bytes(std::string_view text);
[[nodiscard]] std::string_view as_text(ByteView bytes);

[[nodiscard]] std::string to_hex(ByteView bytes);  // lower case
// Upper and lower case digits; nothing when the length is odd or another character occurs.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
// The same into a buffer of exactly text.size()/2 bytes; false as above.
[[nodiscard]] bool from_hex(std::string_view text, std::span<std::uint8_t> out);

[[nodiscard]] std::string to_base64(ByteView bytes);   // standard alphabet, padded
void append_base64(std::string& out, ByteView bytes);  // the same at the end of `out`
// Nothing on white space, another alphabet, wrong padding, or bits set behind the last byte.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);
// The same for text without padding into a buffer of exactly text.size()/4*3 bytes.
[[nodiscard]] bool from_base64(std::string_view text, std::span<std::uint8_t> out);

}  // namespace quittance
