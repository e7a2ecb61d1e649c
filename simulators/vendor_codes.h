// The vendor's result codes and its words for them (manual 4.3.4).
#pragma once

namespace quittance::simulators::code {

inline constexpr int kOk = 0;
inline constexpr int kTrailing = 101;
inline constexpr int kSyntax = 102;
inline constexpr int kFieldCount = 103;
inline constexpr int kEmptyField = 104;
inline constexpr int kLongField = 105;
inline constexpr int kBase64 = 106;
inline constexpr int kSignature = 107;
inline constexpr int kDecryption = 108;
inline constexpr int kSuidMismatch = 109;
inline constexpr int kUnknownError = 110;
inline constexpr int kFlag = 111;
inline constexpr int kNeverImported = 112;
inline constexpr int kCustomData = 113;
inline constexpr int kAlreadyKnown = 114;
inline constexpr int kUnknownKph = 115;

[[nodiscard]] const char* message_of(int code);
// The receipt counts as imported: 0, and 101 which is a remark.
[[nodiscard]] bool is_imported(int code);

}  // namespace quittance::simulators::code
