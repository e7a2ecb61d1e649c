#include "records/result_code.h"

#include <algorithm>
#include <array>

namespace quittance {
namespace {

constexpr auto kRejected = Effect::rejected;
constexpr auto kHeld = Effect::held;

constexpr std::array kCodes = {
    ResultCode{0, "", "OK", Effect::accepted, false, ""},
    ResultCode{101, "INVALID_TRAILING_CHARACTERS", "trailing characters, ignored by the vendor",
               Effect::accepted, false,
               "nothing is lost; have the writer of the lines drop what stands behind the last field"},
    ResultCode{102, "INPUT_LINE_SYNTAX_ERROR", "line syntax", kRejected, false,
               "correct the data with amend, then rerun"},
    ResultCode{103, "INPUT_LINE_FIELD_NUMBER_INCORRECT",
               "number of fields differs from the vendor's configuration", kRejected, false,
               "agree the channel's field list with the vendor, set `fields`, then rerun"},
    ResultCode{104, "", "a mandatory field is empty", kRejected, false,
               "fill the field with amend, then rerun"},
    ResultCode{105, "INPUT_FIELD_EXCEEDS_LIMIT", "a field is too long", kRejected, false,
               "shorten the field with amend, then rerun"},
    ResultCode{106, "SDRECEIPT_BASE64_DECODE_ERROR", "the receipt is not base64", kRejected, false,
               "have the plant deliver the receipt again"},
    ResultCode{107, "RSA_SIGNATURE_VALIDATION_FAILED", "the RSA signature is wrong", kHeld, false,
               "contact the vendor: wrong signature key, or a damaged receipt"},
    ResultCode{108, "RSA_DECRYPTION_FAILED", "RSA decryption failed", kHeld, false,
               "contact the vendor: wrong encryption key"},
    ResultCode{109, "SUID_MISMATCH", "SUID of line and receipt differ", kHeld, true,
               "compare the drop with the receipt log: our own generation of the log may be at fault"},
    ResultCode{110, "UNKNOWN_ERROR", "unknown error at the vendor", Effect::retried, false, "ask the vendor"},
    ResultCode{111, "BAD_REFURBISHFLAG", "the refurbishment flag is not 0 or 1", kRejected, false,
               "correct the flag with amend, then rerun"},
    ResultCode{112, "UNABLE_TO_UPDATE_REFURBISHED_DEVICE", "refurbished, but never imported", kRejected,
               false, "decide whether the device is new; if so amend refurbished=0, then rerun"},
    ResultCode{113, "SET_USERDATA_FAILED", "custom data could not be set", Effect::retried, false,
               "ask the vendor"},
    ResultCode{
        114, "DEVICE_ALREADY_IN_DATABASE", "the device is in the vendor's database already", kHeld, true,
        "a cloned SUID or a double delivery: find out which; a refurbished device wants amend refurbished=1"},
    ResultCode{115, "", "the KPH is not known to the vendor", kHeld, true,
               "an unauthorised KPH box was used: find out which line, and tell the vendor"},
};

}  // namespace

std::span<const ResultCode> result_codes() { return kCodes; }

const ResultCode* find_result_code(int number) {
  const auto* found =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const ResultCode& c) { return c.number == number; });
  return found == kCodes.end() ? nullptr : found;
}

}  // namespace quittance
