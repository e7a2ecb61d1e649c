// Memory for a secret: locked, left out of core dumps, wiped when it goes. Never copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quittance {

class Secret {
 public:
  explicit Secret(std::size_t size);
  ~Secret();
  Secret(Secret&&) noexcept;
  Secret& operator=(Secret&&) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  [[nodiscard]] std::span<std::uint8_t> bytes() { return {data_, size_}; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {data_, size_}; }

 private:
  void wipe();
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;    // bytes in use
  std::size_t mapped_ = 0;  // bytes of the mapping
};

// Cryptographically strong random bytes; throws when the machine has none.
void fill_random(std::span<std::uint8_t> out);

}  // namespace quittance
