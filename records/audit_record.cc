#include "records/audit_record.h"

#include <algorithm>

#include "records/der.h"

namespace quittance {
namespace {

constexpr std::size_t kHalf = kRawSignatureBytes / 2;

// An INTEGER as 32 bytes; false when it is not in its shortest form, too long, or negative.
bool take_integer(ByteView content, bool early, std::span<std::uint8_t> out) {
  if (content.empty()) return false;
  if (early && content.size() == kHalf) {  // without a sign, whatever its first bit
    std::copy(content.begin(), content.end(), out.begin());
    return true;
  }
  if (content[0] >= 0x80) return false;
  if (content[0] == 0 && content.size() > 1) {
    if (content[1] < 0x80) return false;
    content = content.subspan(1);
  }
  if (content.size() > kHalf) return false;
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  std::copy(content.rbegin(), content.rend(), out.rbegin());
  return true;
}

}  // namespace

Digest new_hash(const AuditRecord& record) {
  thread_local Bytes joined;  // one call of the digest costs less than seven
  joined.clear();
  const auto add = [](ByteView part) { joined.insert(joined.end(), part.begin(), part.end()); };
  add(record.nxp_cert);
  for (const ByteView certificate : record.oem_certs) add(certificate);
  add(record.counter);
  add(record.start_hash);
  return sha256(ByteView(joined));
}

Digest signed_digest(const Digest& new_hash) { return sha256(ByteView(new_hash)); }

std::optional<std::uint32_t> audit_counter(ByteView field) {
  if (field.size() != kCounterBytes) return std::nullopt;
  std::uint32_t counter = 0;
  for (const std::uint8_t byte : field) counter = counter << 8U | byte;
  return counter;
}

bool raw_from_der(ByteView der, bool early, RawSignature& out) {
  if (!is_one_der_item(der, kDerSequence)) return false;
  DerReader parts(DerReader(der).next()->content);
  const auto r = parts.next(kDerInteger);
  const auto s = parts.next(kDerInteger);
  const std::span<std::uint8_t> both(out);
  return r && s && parts.at_end() && take_integer(r->content, early, both.first(kHalf)) &&
         take_integer(s->content, early, both.last(kHalf));
}

SignatureForm read_signature(ByteView field, RawSignature& out) {
  if (field.size() == kRawSignatureBytes) {
    std::copy(field.begin(), field.end(), out.begin());
    return SignatureForm::raw;
  }
  return raw_from_der(field, false, out) ? SignatureForm::der : SignatureForm::wrong;
}

}  // namespace quittance
