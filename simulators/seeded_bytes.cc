// AES-256-CTR as a source of repeatable bytes.
#include "simulators/seeded_bytes.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/fault.h"

namespace quittance::simulators {
namespace {

void must(bool good) {
  if (!good) throw program_failure("AES-256-CTR", "OpenSSL refused to make a keystream");
}

}  // namespace

void SeededBytes::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

SeededBytes::SeededBytes(std::string_view seed) : context_(EVP_CIPHER_CTX_new()) {
  const Digest key = sha256(seed);
  must(context_ && EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ctr(), nullptr, key.data(), nullptr) == 1);
}

void SeededBytes::draw(std::uint32_t stream, std::uint64_t number, std::span<std::uint8_t> out) {
  std::array<std::uint8_t, 16> start{};  // stream, number, and four bytes that count the blocks
  for (std::size_t i = 0; i < 4; ++i) start[i] = static_cast<std::uint8_t>(stream >> (8 * i));
  for (std::size_t i = 0; i < 8; ++i) start[4 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  must(EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, start.data()) == 1);
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  int size = 0;
  must(EVP_EncryptUpdate(context_.get(), out.data(), &size, out.data(), static_cast<int>(out.size())) == 1);
}

std::uint64_t SeededBytes::integer(std::uint32_t stream, std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  draw(stream, number, bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace quittance::simulators
