#include "records/tp_container.h"

#include <algorithm>

namespace quittance {
namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::uint8_t kContainerTag = 0x33;
constexpr std::uint8_t kMajorVersion = 1;
constexpr std::uint8_t kStandardTag = 0xA0;
constexpr std::uint8_t kAuthenticationTag = 0xC0;
constexpr unsigned kEcdsa256 = 0x20;
constexpr unsigned kIdKey = 0x9966;
constexpr unsigned kAttestKey = 0x9999;
constexpr unsigned kUid = 0x0F0F;
constexpr unsigned kUuid = 0x9696;
constexpr std::size_t kIdBytes = 16;

unsigned u16(ByteView bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at]) | static_cast<unsigned>(bytes[at + 1]) << 8U;
}

bool has_known_header(ByteView bytes) {
  return is_one_container(bytes) && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == kMajorVersion &&
         u16(bytes, 6) == 0;
}

struct Entry {
  std::uint8_t tag = 0;
  unsigned type = 0;
  ByteView payload;
};

// The entry at `at`, which moves behind it. All known payloads are multiples of eight, so that there is
// no padding.
std::optional<Entry> next_entry(ByteView bytes, std::size_t& at) {
  if (bytes.size() - at < kHeaderBytes) return std::nullopt;
  const std::size_t size = u16(bytes, at);
  const bool is_known = bytes[at + 2] == 0 && u16(bytes, at + 4) == 0 && size % kHeaderBytes == 0;
  if (!is_known || bytes.size() - at - kHeaderBytes < size) return std::nullopt;
  const Entry entry{bytes[at + 3], u16(bytes, at + 6), bytes.subspan(at + kHeaderBytes, size)};
  at += kHeaderBytes + size;
  return entry;
}

bool take(ByteView& field, const Entry& entry, std::size_t size) {
  if (!field.empty() || entry.payload.size() != size) return false;
  field = entry.payload;
  return true;
}

bool take(DieIdentity& die, const Entry& entry) {
  switch (entry.type) {
    case kIdKey:
      return take(die.key, entry, kPointBytes);
    case kAttestKey:
      return take(die.attest_key, entry, kPointBytes);
    case kUid:
      return take(die.uid, entry, kIdBytes);
    case kUuid:
      return take(die.uuid, entry, kIdBytes);
    default:
      return false;
  }
}

}  // namespace

bool is_one_container(ByteView bytes) {
  return bytes.size() >= kHeaderBytes && bytes[3] == kContainerTag &&
         bytes.size() == kHeaderBytes + u16(bytes, 4);
}

std::optional<DieIdentity> read_die_identity(ByteView bytes) {
  if (!has_known_header(bytes)) return std::nullopt;
  DieIdentity die;
  std::size_t at = kHeaderBytes;
  while (const auto entry = next_entry(bytes, at)) {
    if (entry->tag == kStandardTag && take(die, *entry)) continue;
    const bool is_end = entry->tag == kAuthenticationTag && entry->type == kEcdsa256 && at == bytes.size() &&
                        entry->payload.size() == die.signature.size();
    if (!is_end || die.key.empty() || die.uid.empty() || die.uuid.empty()) return std::nullopt;
    die.signed_part = bytes.first(at - die.signature.size());
    std::copy(entry->payload.begin(), entry->payload.end(), die.signature.begin());
    return die;
  }
  return std::nullopt;
}

}  // namespace quittance
