// ECDSA verification (FIPS 186-4, 6.4) by OpenSSL's own arithmetic, arranged for many signatures under
// one key: a second group whose generator is the key Q and so gets a table, and one inversion of s for
// a whole batch. No arithmetic is our own.
//
// An accept is the equality r * Z^2 == X, where X and Z are those of u1*G + u2*Q; so a mistake in
// between makes a rejection, which the reference decides again.
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <array>
#include <vector>

#include "audit/verify_engine.h"
#include "base/fault.h"

// Tables for other generators, and coordinates before the division, have no successor in OpenSSL 3:
// these calls are deprecated and still the only way.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace quittance::audit {
namespace {

constexpr std::size_t kHalf = kRawSignatureBytes / 2;
constexpr std::size_t kBatch = 256;           // inverted together
constexpr std::uint64_t kDecidedAgain = 512;  // one in so many accepts

struct FreeOpenssl {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  void operator()(BN_MONT_CTX* context) const { BN_MONT_CTX_free(context); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeOpenssl>;
using Number = Owned<BIGNUM>;

void want(bool done) {
  if (done) return;
  ERR_clear_error();
  throw program_failure("ECDSA table", "OpenSSL refused a step of its arithmetic");
}

Number number() {
  Number made(BN_new());
  want(made != nullptr);
  return made;
}

// Multiplication modulo one odd number, in Montgomery's form: a plain one divides each time.
class Modulus {
 public:
  explicit Modulus(const BIGNUM* value)
      : value_(BN_dup(value)), context_(BN_CTX_new()), form_(BN_MONT_CTX_new()) {
    want(value_ && context_ && form_ && BN_MONT_CTX_set(form_.get(), value, context_.get()) == 1);
  }
  [[nodiscard]] const BIGNUM* value() const { return value_.get(); }
  void multiply(BIGNUM* out, const BIGNUM* a, const BIGNUM* b) {
    want(BN_mod_mul_montgomery(out, a, b, form_.get(), context_.get()) == 1);
  }
  void into_form(BIGNUM* out, const BIGNUM* a) {
    want(BN_to_montgomery(out, a, form_.get(), context_.get()) == 1);
  }
  // 1/a, both in the form.
  void invert(BIGNUM* out, const BIGNUM* a) {
    want(BN_from_montgomery(out, a, form_.get(), context_.get()) == 1);
    want(BN_mod_inverse(out, out, value_.get(), context_.get()) != nullptr);
    into_form(out, out);
  }

 private:
  Number value_;
  Owned<BN_CTX> context_;
  Owned<BN_MONT_CTX> form_;
};

struct Lane {
  Number e = number();  // the digest
  Number r = number();
  Number s = number();        // in Montgomery's form
  Number product = number();  // of all s up to here, in the form
  bool usable = false;        // r and s are in [1, n-1]
};

class TableEngine final : public VerifyEngine {
 public:
  explicit TableEngine(const Point& key)
      : arbiter_(openssl_engine(key)),
        context_(BN_CTX_new()),
        curve_(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)),
        key_group_(curve_ ? EC_GROUP_dup(curve_.get()) : nullptr),
        order_(curve_ ? EC_GROUP_get0_order(curve_.get()) : nullptr),
        field_(curve_ ? EC_GROUP_get0_field(curve_.get()) : nullptr) {
    want(context_ && key_group_);
    for (auto& point : points_) {
      point.reset(EC_POINT_new(curve_.get()));
      want(point != nullptr);
    }
    make_table(key);
  }

  void verify(std::span<const SignedDigest> items, std::span<Verdict> verdicts) override {
    while (!items.empty()) {
      const std::size_t count = std::min(items.size(), kBatch);
      verify_batch(items.first(count), verdicts.first(count));
      items = items.subspan(count);
      verdicts = verdicts.subspan(count);
    }
  }

 private:
  void make_table(const Point& key) {
    std::array<std::uint8_t, 1 + kPointBytes> encoded{4};
    std::copy(key.begin(), key.end(), encoded.begin() + 1);
    const Owned<EC_POINT> q(EC_POINT_new(key_group_.get()));
    want(q && EC_POINT_oct2point(curve_.get(), q.get(), encoded.data(), encoded.size(), context_.get()) == 1);
    want(EC_GROUP_set_generator(key_group_.get(), q.get(), order_.value(), BN_value_one()) == 1);
    want(EC_GROUP_precompute_mult(key_group_.get(), context_.get()) == 1);
    try_table(q.get());
  }

  // The table against the way without one, before anything is believed: a*Q for some odd a.
  void try_table(const EC_POINT* q) {
    const Number a = number();
    for (BN_ULONG seed = 1; seed <= 4; ++seed) {
      want(BN_copy(a.get(), order_.value()) != nullptr &&
           BN_div_word(a.get(), 2 * seed + 1) != static_cast<BN_ULONG>(-1));
      want(EC_POINT_mul(key_group_.get(), points_[0].get(), a.get(), nullptr, nullptr, context_.get()) == 1);
      want(EC_POINT_mul(curve_.get(), points_[1].get(), nullptr, q, a.get(), context_.get()) == 1);
      want(EC_POINT_cmp(curve_.get(), points_[0].get(), points_[1].get(), context_.get()) == 0);
    }
  }

  void verify_batch(std::span<const SignedDigest> items, std::span<Verdict> verdicts) {
    while (lanes_.size() < items.size()) lanes_.emplace_back();
    invert_all(items);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool fast = lanes_[i].usable && accepts(lanes_[i]);
      if (fast && ++accepted_ % kDecidedAgain != 0) {
        verdicts[i] = Verdict::accepted;
        continue;
      }
      arbiter_->verify(items.subspan(i, 1), verdicts.subspan(i, 1));
      if (fast && verdicts[i] != Verdict::accepted) {
        throw program_failure(
            "ECDSA table",
            "it accepted a signature that OpenSSL rejects; use --engine openssl, see that the "
            "memory of the machine is sound, and tell us");
      }
    }
  }

  [[nodiscard]] bool is_in_range(const BIGNUM* value) const {
    return BN_is_zero(value) == 0 && BN_cmp(value, order_.value()) < 0;
  }

  // Reads the lanes, and leaves 1/s in the form in the place of s, by one inversion for all.
  void invert_all(std::span<const SignedDigest> items) {
    const BIGNUM* before = nullptr;
    std::size_t last = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      Lane& lane = lanes_[i];
      const std::uint8_t* const signature = items[i].signature.data();
      want(BN_bin2bn(items[i].digest.data(), static_cast<int>(items[i].digest.size()), lane.e.get()) !=
           nullptr);
      want(BN_bin2bn(signature, kHalf, lane.r.get()) != nullptr);
      want(BN_bin2bn(signature + kHalf, kHalf, lane.s.get()) != nullptr);
      lane.usable = is_in_range(lane.r.get()) && is_in_range(lane.s.get());
      if (!lane.usable) continue;
      if (BN_cmp(lane.e.get(), order_.value()) >= 0)
        want(BN_sub(lane.e.get(), lane.e.get(), order_.value()) == 1);
      order_.into_form(lane.s.get(), lane.s.get());
      if (before == nullptr) want(BN_copy(lane.product.get(), lane.s.get()) != nullptr);
      if (before != nullptr) order_.multiply(lane.product.get(), before, lane.s.get());
      before = lane.product.get();
      last = i;
    }
    if (before == nullptr) return;
    order_.invert(inverse_.get(), before);
    for (std::size_t i = last + 1; i-- > 0;) unwind(i);
  }

  // inverse_ is 1/(product of all s up to i); takes out that of lane i.
  void unwind(std::size_t i) {
    Lane& lane = lanes_[i];
    if (!lane.usable) return;
    std::size_t earlier = i;
    while (earlier > 0 && !lanes_[earlier - 1].usable) --earlier;
    if (earlier == 0) {
      want(BN_copy(lane.s.get(), inverse_.get()) != nullptr);
      return;
    }
    order_.multiply(lane.product.get(), inverse_.get(), lanes_[earlier - 1].product.get());
    order_.multiply(inverse_.get(), inverse_.get(), lane.s.get());
    std::swap(lane.s, lane.product);
  }

  bool accepts(const Lane& lane) {
    order_.multiply(u1_.get(), lane.e.get(), lane.s.get());  // out of the form again
    order_.multiply(u2_.get(), lane.r.get(), lane.s.get());
    EC_POINT* const sum = points_[0].get();
    want(EC_POINT_mul(curve_.get(), sum, u1_.get(), nullptr, nullptr, context_.get()) == 1);
    want(EC_POINT_mul(key_group_.get(), points_[1].get(), u2_.get(), nullptr, nullptr, context_.get()) == 1);
    want(EC_POINT_add(curve_.get(), sum, sum, points_[1].get(), context_.get()) == 1);
    if (EC_POINT_is_at_infinity(curve_.get(), sum) == 1) return false;
    want(EC_POINT_get_Jprojective_coordinates_GFp(curve_.get(), sum, x_.get(), nullptr, z_.get(),
                                                  context_.get()) == 1);
    // r + n can be the right one as well where it is below p; that is left to the reference.
    field_.into_form(z_.get(), z_.get());
    field_.multiply(z_.get(), z_.get(), z_.get());
    field_.multiply(z_.get(), z_.get(), lane.r.get());  // r * Z^2, out of the form
    return BN_cmp(z_.get(), x_.get()) == 0;
  }

  std::unique_ptr<VerifyEngine> arbiter_;
  Owned<BN_CTX> context_;
  Owned<EC_GROUP> curve_;      // generator G, whose table OpenSSL brings
  Owned<EC_GROUP> key_group_;  // the same curve with Q in its place
  Modulus order_;
  Modulus field_;
  std::array<Owned<EC_POINT>, 2> points_;
  std::vector<Lane> lanes_;
  Number inverse_ = number();
  Number u1_ = number();
  Number u2_ = number();
  Number x_ = number();
  Number z_ = number();
  std::uint64_t accepted_ = 0;
};

}  // namespace

std::unique_ptr<VerifyEngine> table_engine(const Point& key) { return std::make_unique<TableEngine>(key); }

}  // namespace quittance::audit
