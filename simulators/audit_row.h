// One row of an audit log as a card's host writes it: what each column holds, its hash and its signature.
// Cells may hold anything, so that rows can be spoiled.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "simulators/p256.h"

namespace quittance::simulators {

// Columns, without the id.
inline constexpr std::size_t kNxpCert = 0;
inline constexpr std::size_t kOemCert = 1;  // the first of four
inline constexpr std::size_t kCounter = 5;
inline constexpr std::size_t kStartHash = 6;
inline constexpr std::size_t kSignature = 7;
inline constexpr std::size_t kColumns = 8;
inline constexpr std::size_t kOemCerts = 4;
[[nodiscard]] const char* column_name(std::size_t column);

using Cell = std::variant<std::monostate, Bytes, std::string, std::int64_t, double>;  // monostate is NULL

struct AuditRow {
  std::int64_t id = 0;  // 0: the next one
  std::array<Cell, kColumns> cells;
};

// SHA-256 over the blobs of all columns but the signature; what is no blob contributes nothing.
[[nodiscard]] Digest new_hash(const AuditRow& row);

enum class LogSignature { raw, der };  // 64 bytes r || s, or 70 to 72 of DER
[[nodiscard]] Bytes encoded(const RawSignature& signature, LogSignature form);

// Sets counter and start hash; gives the new hash, which is what gets signed and what the next row starts
// with.
Digest link(AuditRow& row, std::uint32_t counter, const Digest& start_hash);
// Signs the new hash, whatever the row holds.
void sign(AuditRow& row, P256Signer& signer, LogSignature form);

[[nodiscard]] Bytes& blob(AuditRow& row, std::size_t column);  // it must hold one
[[nodiscard]] std::uint32_t counter_of(const AuditRow& row);
void set_counter(AuditRow& row, std::uint32_t counter);

}  // namespace quittance::simulators
