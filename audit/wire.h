// What goes through the pipes between the parent and its workers: numbers and bytes, one behind the
// other. The reader believes nothing, since a worker has read a hostile file.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace quittance::audit {

class WireWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u32(std::uint32_t value) { fixed(value); }
  void i64(std::int64_t value) { fixed(static_cast<std::uint64_t>(value)); }
  void raw(ByteView bytes) { bytes_ += as_text(bytes); }
  void text(std::string_view text);  // with its length
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  template <class Number>
  void fixed(Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      bytes_.push_back(static_cast<char>(value >> (8 * i) & 0xffU));
  }
  std::string bytes_;
};

// A message that is cut or says what nobody says.
struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(as_bytes(bytes)) {}
  [[nodiscard]] std::uint8_t u8() { return take(1)[0]; }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  [[nodiscard]] std::int64_t i64() { return static_cast<std::int64_t>(fixed(8)); }
  void raw(std::span<std::uint8_t> out);
  [[nodiscard]] std::string text();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  [[nodiscard]] ByteView take(std::size_t size);
  [[nodiscard]] std::uint64_t fixed(std::size_t size);
  ByteView rest_;
};

}  // namespace quittance::audit
