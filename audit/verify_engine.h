// Verifying many ECDSA signatures under one P-256 key: one verdict for each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/digest.h"
#include "base/p256_key.h"
#include "records/audit_record.h"

namespace quittance::audit {

struct SignedDigest {
  Digest digest{};
  RawSignature signature{};
};

enum class Verdict : std::uint8_t { rejected, accepted };

class VerifyEngine {
 public:
  VerifyEngine() = default;
  virtual ~VerifyEngine() = default;
  VerifyEngine(const VerifyEngine&) = delete;
  VerifyEngine& operator=(const VerifyEngine&) = delete;
  // `verdicts` is as long as `items`; verdicts[i] is that of items[i].
  virtual void verify(std::span<const SignedDigest> items, std::span<Verdict> verdicts) = 0;
};

// Plain OpenSSL, one by one: the reference and the arbiter.
[[nodiscard]] std::unique_ptr<VerifyEngine> openssl_engine(const Point& key);

// OpenSSL's arithmetic with a table of multiples of the key, which takes some 30 ms to make. Whatever it
// does not accept is decided again by openssl_engine, so it can't be wrong when it rejects; one in 512
// that it accepts as well, and a difference is a Failure(program).
[[nodiscard]] std::unique_ptr<VerifyEngine> table_engine(const Point& key);

// From so many signatures under a key on, making the table pays: 21 ms against 45 us saved for each
// (measured).
inline constexpr std::uint64_t kTablePays = 1000;

enum class EngineChoice : std::uint8_t { by_size, openssl, table };

// The engine that was chosen, or the one that pays for about so many signatures.
[[nodiscard]] std::unique_ptr<VerifyEngine> make_engine(EngineChoice choice, const Point& key,
                                                        std::uint64_t signatures);

}  // namespace quittance::audit
