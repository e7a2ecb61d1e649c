// The reference: EVP_PKEY_verify, with one context for all signatures of the key.
#include <openssl/err.h>
#include <openssl/evp.h>

#include "audit/verify_engine.h"
#include "base/fault.h"

namespace quittance::audit {
namespace {

constexpr std::size_t kHalf = kRawSignatureBytes / 2;
constexpr std::size_t kLargestDer = 2 + 2 * (2 + 1 + kHalf);

struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

// Appends 32 bytes as an INTEGER in its shortest form; where it ends.
std::uint8_t* put_integer(std::uint8_t* out, std::span<const std::uint8_t, kHalf> number) {
  std::size_t first = 0;
  while (first + 1 < kHalf && number[first] == 0) ++first;
  const bool wants_sign = number[first] >= 0x80;
  *out++ = 0x02;
  *out++ = static_cast<std::uint8_t>(kHalf - first + (wants_sign ? 1 : 0));
  if (wants_sign) *out++ = 0;
  for (std::size_t i = first; i < kHalf; ++i) *out++ = number[i];
  return out;
}

class OpensslEngine final : public VerifyEngine {
 public:
  explicit OpensslEngine(const Point& point)
      : key_(openssl_key(point)), context_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)) {
    if (!context_ || EVP_PKEY_verify_init(context_.get()) != 1)
      throw program_failure("ECDSA", "OpenSSL refused to check signatures");
  }

  void verify(std::span<const SignedDigest> items, std::span<Verdict> verdicts) override {
    for (std::size_t i = 0; i < items.size(); ++i) verdicts[i] = decide(items[i]);
  }

 private:
  Verdict decide(const SignedDigest& item) {
    std::uint8_t der[kLargestDer] = {0x30};
    const std::span<const std::uint8_t, kRawSignatureBytes> both(item.signature);
    std::uint8_t* const end = put_integer(put_integer(der + 2, both.first<kHalf>()), both.last<kHalf>());
    der[1] = static_cast<std::uint8_t>(end - der - 2);
    const int result = EVP_PKEY_verify(context_.get(), der, static_cast<std::size_t>(end - der),
                                       item.digest.data(), item.digest.size());
    if (result == 1) return Verdict::accepted;
    ERR_clear_error();  // a wrong signature leaves errors behind that belong to nobody
    return Verdict::rejected;
  }

  std::unique_ptr<evp_pkey_st, FreeKey> key_;
  std::unique_ptr<EVP_PKEY_CTX, FreeContext> context_;
};

}  // namespace

std::unique_ptr<VerifyEngine> openssl_engine(const Point& key) {
  return std::make_unique<OpensslEngine>(key);
}

std::unique_ptr<VerifyEngine> make_engine(EngineChoice choice, const Point& key, std::uint64_t signatures) {
  const bool table =
      choice == EngineChoice::table || (choice == EngineChoice::by_size && signatures >= kTablePays);
  return table ? table_engine(key) : openssl_engine(key);
}

}  // namespace quittance::audit
