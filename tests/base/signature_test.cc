// Signature checks against signatures that the openssl command made over "night 20261120".
#include "base/signature.h"

#include <catch2/catch.hpp>

#include "tests/base/failing.h"
#include "tests/support/scratch.h"

namespace quittance {
namespace {

constexpr std::string_view kMessage = "night 20261120";
constexpr const char* kRsa2048 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7zqtSEi/cV6vQRXbizTA\n"
    "UcbrGHh5HF0eg8t4s4X/GgBBqhYx79V/mxK6Tca+iRGbouibKirTVGLNf/GoR6gm\n"
    "+WxPeExsxoW/ubzc1xctt58Yp2Rm3iglqM0gniHhqI5iCLULWSVZQYWDBSjVa/RT\n"
    "byQQ2vrMPSWOz3lKKQ/deGsWR4/hQglgaI3tN7ojBEggcZI3k2NSaWZ5mWDzjG04\n"
    "3Olyng000N5vnbiqxSCRxS03tsAcSd4CfuiJTWSMVR9P90+DqxY2l/Cjo8MnzTwv\n"
    "CSuvhlWfapq18QbYa2AOeQeVUmMwfg1bhM+gK7/tdssnM7lRm01wKiJqs7gJ8xKc\n"
    "YwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kCurveP256 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEd+4uyyVFqpIxKYB9x8IV2KA1LAdq\n"
    "53ZrRRbPux7jUU0+a6taAcMQJnTlV8z39y6G5PnjU5BJd5Xo/2W+fxeekw==\n"
    "-----END PUBLIC KEY-----\n";
// PSS with SHA-256, MGF1-SHA-256, 32 bytes of salt: the one that is right.
constexpr const char* kSalt32 =
    "HNahn5PkmLBeJl2sjMb5/wPVGQhl7t389Dz60ZvrqC6pvLgqe0nFT37KBhfQRs53HS/r7DqdWtH9qAmanlfbQdycgV2cBi+U"
    "XoegARAeGDLBldbclodLD7lcgEg38OeCPfE5Rxj2LcfuJWN02WMHhoyqh3LpQJ7ZO+oyouXIvWX2H/an1IN+kFjI/z6dl82U"
    "e8YrJ2IN7OiJEIebyLa7aNqbtlcJu+gFXegqucTfM0WE5aEJJDvy0VSUyn9HOCNzDA8lxWOsLX/mMIRNRhIMlRWLRf0ieRAm"
    "4zWhOWa7BTCqdMbQ61IhG0icsSZZek+1ucJB9vjWe2cEXmooNUCprw==";
// With 20 bytes of salt; with MGF1-SHA-1; with the older PKCS#1 v1.5 padding.
constexpr const char* kSalt20 =
    "xoh0q4JIBfBupL3MJjcIrHdhutkwuRAh+Nh2JpCdq5zLnfL4YRuCBYkNTKHkGFpBLlyAD5riyNlbehnW7uM3hfIkPHlEEl6I"
    "cMgDyqzmtlQ6DRoyY+oRwpoomkVnFYEZNSqgL4EV7+KnGmxwDBk9oMwjuu/CyEVP/Mejv/NcXbH4x+YKTR9VpP4ebgrK1yT+"
    "n8c2RXDcFgnTh+nIef209o5JeIj0TmL4PIS/itVg0JAAObMzzzBrGOWO6Gu7JiOJ9fboPUMK5a6sR6+zhggJAtLD1p8WMSsC"
    "baDwNuO/usCUwbkrN4kDNiyCJGwItY0zcw4kn30j79A1KZry/NB69w==";
constexpr const char* kOtherMask =
    "4aOo+ni5TDRKRBBGK6lTzAIzS1WN7ryy5fBnOplQbYHEjRo93a/mOtD00qZzJxTTeymcDLfYNi77oVdaTOaH3kwLPu9kOrLX"
    "ZCDBOhyWt7DUBBh2a1WiRxz8e/FmW56taLMyqyJcc7Ogss15K9vTD+KYU9OoYrcAhnDm2AVUtcY7kdc/YP9r/cwrTyRQsum8"
    "ldI+GXOX+XKVVdMc65CWGqbxuqA+Eef6NykrGoEHeANHlPA+tlLm3cUMC/7WE3cVBB4/DmJ6wK2LL600ij5TOxK7BiDoyNaq"
    "qJl6iVbEDVUb2FYhgW31S6Lb1ZL3Ma4Whr4k+r8XN5pHjXXs+U7PEg==";
constexpr const char* kOlderPadding =
    "fs/3mAN29Ii3hK5DdFjgTldP9XZY7g+/EDGhUcil5ytCmioY7urYbQxURfTH66pfYHPF96GFWzl7gJvZuSGJqYlr8tzNp02H"
    "1iVK3rKnfDGE7AxfadwZC8wfvZmofRoHff0IDJB4Gm5U6T2CbW7G52dlcor+VFcTqbRKPoZGjYwsAU1o6npxjcRbemS5TO3+"
    "dLxUZfFhoh1g5l0GWSqELcdRXYsCruvp3zf1/cVUu5qho2V1/JZVT7Fsy/P7ApDYMqbl73xppzTKm/GNjc+FLrU5y6tgZ3Vf"
    "BCtpA/YZSb//bLX0RiEBCG5OoqWoQ0tM9scDCe8crwQJyZfo6tOWKw==";

PublicKey key_of(const char* pem) {
  const Scratch scratch;
  return PublicKey::read(scratch.file("key.pem", pem));
}

bool verifies(std::string_view message, const char* base64, int salt) {
  return key_of(kRsa2048).verify_pss_sha256(as_bytes(message), from_base64(base64).value(), salt);
}

TEST_CASE("signature: the right one is accepted, with its salt length only") {
  CHECK(verifies(kMessage, kSalt32, 32));
  CHECK_FALSE(verifies(kMessage, kSalt32, 20));
  CHECK(verifies(kMessage, kSalt20, 20));
  CHECK_FALSE(verifies(kMessage, kSalt20, 32));
}

TEST_CASE("signature: another mask digest, another padding and another message are refused") {
  CHECK_FALSE(verifies(kMessage, kOtherMask, 32));
  CHECK_FALSE(verifies(kMessage, kOlderPadding, 32));
  CHECK_FALSE(verifies("night 20261121", kSalt32, 32));
  CHECK_FALSE(verifies("", kSalt32, 32));
}

TEST_CASE("signature: one changed bit or a wrong length is refused") {
  const PublicKey key = key_of(kRsa2048);
  Bytes signature = from_base64(kSalt32).value();
  signature.back() ^= 1U;
  CHECK_FALSE(key.verify_pss_sha256(as_bytes(kMessage), signature, 32));
  signature.back() ^= 1U;
  CHECK(key.verify_pss_sha256(as_bytes(kMessage), signature, 32));
  signature.pop_back();
  CHECK_FALSE(key.verify_pss_sha256(as_bytes(kMessage), signature, 32));
  CHECK_FALSE(key.verify_pss_sha256(as_bytes(kMessage), {}, 32));
}

TEST_CASE("signature: the kind and the length of a key are told") {
  CHECK(key_of(kRsa2048).is_rsa(2048));
  CHECK_FALSE(key_of(kRsa2048).is_rsa(4096));
  CHECK_FALSE(key_of(kCurveP256).is_rsa(256));
  CHECK_FALSE(key_of(kCurveP256).verify_pss_sha256(as_bytes(kMessage), from_base64(kSalt32).value(), 32));
}

TEST_CASE("signature: what is no public key is a failure that names the file") {
  const Scratch scratch;
  const Path file = scratch.file("key.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
  const Failure failure = failure_of([&] { (void)PublicKey::read(file); });
  CHECK(failure.exit() == Exit::machine);
  CHECK(failure.fault().id == "machine.public-key");
  CHECK(failure.fault().object == file.string());
  const Failure missing = failure_of([&] { (void)PublicKey::read(scratch / "none.pem"); });
  CHECK(missing.fault().id == "machine.missing");
}

}  // namespace
}  // namespace quittance
