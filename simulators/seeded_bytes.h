// Bytes that depend on nothing but a seed, a stream and a number: the keystream of AES-256 in
// counter mode. The same seed makes the same devices again. One per thread.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"

struct evp_cipher_ctx_st;

namespace quittance::simulators {

class SeededBytes {
 public:
  explicit SeededBytes(std::string_view seed);
  // Fills `out` with the bytes number `number` of this stream.
  void draw(std::uint32_t stream, std::uint64_t number, std::span<std::uint8_t> out);
  [[nodiscard]] std::uint64_t integer(std::uint32_t stream, std::uint64_t number);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st*) const;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace quittance::simulators
