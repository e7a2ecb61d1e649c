// The vendor's words for its result codes.
#include "simulators/vendor_codes.h"

namespace quittance::simulators::code {

const char* message_of(int code) {
  switch (code) {
    case kOk:
      return "OK";
    case kTrailing:
      return "Trailing characters found in the receipt log file (ignored)";
    case kSyntax:
      return "Receipt log file syntax error";
    case kFieldCount:
      return "Number of fields differs from the configuration";
    case kEmptyField:
      return "At least one mandatory field was left empty";
    case kLongField:
      return "At least one input field is bigger than allowed";
    case kBase64:
      return "Unable to BASE64-decode the receipt";
    case kSignature:
      return "Validation of the RSA signature failed";
    case kDecryption:
      return "RSA decryption failed";
    case kSuidMismatch:
      return "SUID mismatch of input line and receipt";
    case kUnknownError:
      return "An unknown error occurred";
    case kFlag:
      return "Refurbishment flag must be either 0 or 1";
    case kNeverImported:
      return "Refurbished device was never imported before";
    case kCustomData:
      return "Unable to set custom data for the current data item";
    case kAlreadyKnown:
      return "This device is already in the database";
    case kUnknownKph:
      return "The KPH that performed the device binding is not known";
    default:
      return "This code is in no table";
  }
}

bool is_imported(int code) { return code == kOk || code == kTrailing; }

}  // namespace quittance::simulators::code
