// Hex and base64 by tables. Decoding collects a mark of any wrong character and looks at it once at
// the end: a gigabyte of envelopes goes through here.
#include "base/bytes.h"

#include <array>

namespace quittance {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoHexDigit = 0xf0;
constexpr std::uint32_t kNoBase64Digit = 0x80000000U;

constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoHexDigit);
  for (std::uint8_t i = 0; i < 16; ++i) {
    values[static_cast<std::uint8_t>(kHexDigits[i])] = i;
    if (i >= 10) values[static_cast<std::uint8_t>(kHexDigits[i] - 'a' + 'A')] = i;
  }
  return values;
}();

using Table = std::array<std::uint32_t, 256>;

constexpr Table base64_values(int shift) {
  Table values{};
  values.fill(kNoBase64Digit);
  for (std::uint32_t i = 0; i < 64; ++i) {
    values[static_cast<std::uint8_t>(kBase64Digits[i])] = i << shift;
  }
  return values;
}

// One table for each of the four places, with its value already shifted there.
constexpr std::array<Table, 4> kBase64Values = {base64_values(18), base64_values(12), base64_values(6),
                                                base64_values(0)};

std::uint32_t four_digits(const std::uint8_t* in) {
  return kBase64Values[0][in[0]] | kBase64Values[1][in[1]] | kBase64Values[2][in[2]] |
         kBase64Values[3][in[3]];
}

// The last four characters of which one or two are padding.
bool append_padded(std::string_view quad, Bytes& out) {
  const bool two = quad[2] == '=';
  const std::string digits = std::string(quad.substr(0, two ? 2 : 3)) + (two ? "AA" : "A");
  const std::uint32_t value = four_digits(as_bytes(digits).data());
  const std::uint32_t unused = two ? 0xffffU : 0xffU;
  if ((value & (kNoBase64Digit | unused)) != 0) return false;
  out.push_back(static_cast<std::uint8_t>(value >> 16));
  if (!two) out.push_back(static_cast<std::uint8_t>(value >> 8));
  return true;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(ByteView bytes) {
  std::string out(bytes.size() * 2, '\0');
  char* next = out.data();
  for (const std::uint8_t byte : bytes) {
    *next++ = kHexDigits[byte >> 4];
    *next++ = kHexDigits[byte & 15U];
  }
  return out;
}

bool from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() % 2 != 0 || out.size() != text.size() / 2) return false;
  const std::uint8_t* in = as_bytes(text).data();
  std::uint8_t seen = 0;
  for (std::uint8_t& byte : out) {
    const std::uint8_t high = kHexValues[*in++];
    const std::uint8_t low = kHexValues[*in++];
    seen = static_cast<std::uint8_t>(seen | high | low);
    byte = static_cast<std::uint8_t>((high << 4) | low);
  }
  return (seen & kNoHexDigit) == 0;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes out(text.size() / 2);
  if (!from_hex(text, out)) return std::nullopt;
  return out;
}

void append_base64(std::string& out, ByteView bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
  char* next = out.data() + start;
  const std::uint8_t* in = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3) {
    const std::uint32_t value = static_cast<std::uint32_t>(in[0] << 16 | in[1] << 8 | in[2]);
    *next++ = kBase64Digits[value >> 18];
    *next++ = kBase64Digits[value >> 12 & 63U];
    *next++ = kBase64Digits[value >> 6 & 63U];
    *next++ = kBase64Digits[value & 63U];
  }
  if (left == 0) return;
  const std::uint32_t value = static_cast<std::uint32_t>(in[0] << 16 | (left == 2 ? in[1] << 8 : 0));
  *next++ = kBase64Digits[value >> 18];
  *next++ = kBase64Digits[value >> 12 & 63U];
  if (left == 2) *next = kBase64Digits[value >> 6 & 63U];
}

std::string to_base64(ByteView bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

bool from_base64(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() % 4 != 0 || out.size() != text.size() / 4 * 3) return false;
  const std::uint8_t* in = as_bytes(text).data();
  const std::uint8_t* const end = in + text.size();
  std::uint8_t* next = out.data();
  std::uint32_t seen = 0;
  for (; in != end; in += 4, next += 3) {
    const std::uint32_t value = four_digits(in);
    seen |= value;
    next[0] = static_cast<std::uint8_t>(value >> 16);
    next[1] = static_cast<std::uint8_t>(value >> 8);
    next[2] = static_cast<std::uint8_t>(value);
  }
  return (seen & kNoBase64Digit) == 0;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const bool padded = text.ends_with('=');
  const std::string_view whole = text.substr(0, text.size() - (padded ? 4 : 0));
  Bytes out(whole.size() / 4 * 3);
  if (!from_base64(whole, out)) return std::nullopt;
  if (padded && !append_padded(text.substr(whole.size()), out)) return std::nullopt;
  return out;
}

}  // namespace quittance
