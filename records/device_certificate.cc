#include "records/device_certificate.h"

#include <algorithm>
#include <array>
#include <string>

#include "records/der.h"
#include "records/tp_container.h"

namespace quittance {
namespace {

constexpr std::uint8_t kVersionTag = 0xA0;
constexpr std::uint8_t kExtensionsTag = 0xA3;
constexpr std::uint8_t kBoolean = 0x01;
constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kOid = 0x06;
constexpr std::uint8_t kUtcTime = 0x17;
constexpr std::uint8_t kGeneralizedTime = 0x18;
constexpr std::size_t kLongestSerial = 20;  // RFC 5280, 4.1.2.2

constexpr std::array<std::uint8_t, 3> kVersion3 = {0x02, 0x01, 0x02};
// SEQUENCE { OBJECT ecdsa-with-SHA256 }
constexpr std::array<std::uint8_t, 12> kEcdsaWithSha256 = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                           0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
// SEQUENCE { SEQUENCE { OBJECT id-ecPublicKey, OBJECT prime256v1 }, BIT STRING 04 X Y } up to X
constexpr std::array<std::uint8_t, 27> kP256KeyInfo = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                                       0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                                       0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::array<std::uint8_t, 3> kCommonName = {0x55, 0x04, 0x03};
constexpr std::array<std::uint8_t, 3> kBasicConstraints = {0x55, 0x1d, 0x13};

bool is(ByteView bytes, ByteView expected) { return std::ranges::equal(bytes, expected); }

bool read_serial(ByteView content, bool& early) {
  if (content.empty() || content.size() > kLongestSerial) return false;
  const bool is_shortest = content.size() == 1 || content[0] != 0 || content[1] >= 0x80;
  const bool is_positive = content[0] < 0x80;
  if (!is_shortest || !is_positive) early = true;
  return true;
}

// "211202080525Z" and "20211202080525Z" as "2021-12-02T08:05:25Z".
bool read_time(const DerItem& item, Seconds& out) {
  std::string text(as_text(item.content));
  if (item.tag == kUtcTime && text.size() == 13) text.insert(0, text[0] < '5' ? "20" : "19");
  if (text.size() != 15 || (item.tag != kUtcTime && item.tag != kGeneralizedTime)) return false;
  for (const std::size_t at : {4U, 7U}) text.insert(at, "-");
  text.insert(10, "T");
  for (const std::size_t at : {13U, 16U}) text.insert(at, ":");
  const auto time = parse_time(text);
  out = time.value_or(0);
  return time.has_value();
}

bool read_times(ByteView content, DeviceCertificate& certificate) {
  DerReader reader(content);
  const auto from = reader.next();
  const auto to = reader.next();
  return from && to && reader.at_end() && read_time(*from, certificate.not_before) &&
         read_time(*to, certificate.not_after);
}

// All certificates of a card have the same validity: the last one read is kept.
bool read_validity(ByteView content, DeviceCertificate& certificate) {
  thread_local Bytes known;
  thread_local Seconds from = 0;
  thread_local Seconds to = 0;
  if (known.empty() || !is(content, known)) {
    known.clear();
    if (!read_times(content, certificate)) return false;
    known.assign(content.begin(), content.end());
    from = certificate.not_before;
    to = certificate.not_after;
  }
  certificate.not_before = from;
  certificate.not_after = to;
  return true;
}

// Name ::= SEQUENCE OF SET OF SEQUENCE { OBJECT type, value }
bool read_common_name(ByteView name, std::string_view& common_name) {
  DerReader sets(name);
  bool found = false;
  while (!sets.at_end()) {
    const auto set = sets.next(kDerSet);
    if (!set) return false;
    DerReader pairs(set->content);
    while (!pairs.at_end()) {
      const auto pair = pairs.next(kDerSequence);
      if (!pair) return false;
      DerReader parts(pair->content);
      const auto type = parts.next(kOid);
      const auto value = parts.next();
      if (!type || !value || !parts.at_end()) return false;
      if (!is(type->content, kCommonName)) continue;
      common_name = found ? std::string_view() : as_text(value->content);
      found = true;
    }
  }
  return true;
}

bool read_key(ByteView whole, DeviceCertificate& certificate) {
  if (whole.size() != kP256KeyInfo.size() + kPointBytes) return false;
  if (!is(whole.first(kP256KeyInfo.size()), kP256KeyInfo)) return false;
  certificate.key_info = whole;
  certificate.key = whole.last(kPointBytes);
  return true;
}

// Extension ::= SEQUENCE { OBJECT id, BOOLEAN critical DEFAULT FALSE, OCTET STRING value }
bool is_harmless(ByteView extension) {
  DerReader parts(extension);
  const auto id = parts.next(kOid);
  const auto critical = parts.next(kBoolean);
  const auto value = parts.next(kOctetString);
  if (!id || !value || !parts.at_end()) return false;
  if (is(id->content, kBasicConstraints)) return is(value->content, std::array<std::uint8_t, 2>{0x30, 0});
  return !critical;
}

bool read_extensions(ByteView content) {
  DerReader outer(content);
  const auto list = outer.next(kDerSequence);
  if (!list || !outer.at_end()) return false;
  DerReader extensions(list->content);
  while (!extensions.at_end()) {
    const auto extension = extensions.next(kDerSequence);
    if (!extension || !is_harmless(extension->content)) return false;
  }
  return true;
}

std::string_view wrong_in_signed_part(ByteView content, DeviceCertificate& certificate) {
  DerReader reader(content);
  const auto version = reader.next(kVersionTag);
  if (!version || !is(version->content, kVersion3)) return "it is not X.509 version 3";
  const auto serial = reader.next(kDerInteger);
  if (!serial || !read_serial(serial->content, certificate.early)) return "its serial number is wrong";
  certificate.serial = serial->content;
  const auto algorithm = reader.next(kDerSequence);
  if (!algorithm || !is(algorithm->whole, kEcdsaWithSha256)) return "it is not signed by ecdsa-with-SHA256";
  const auto issuer = reader.next(kDerSequence);
  std::string_view ignored;
  if (!issuer || !read_common_name(issuer->content, ignored)) return "its issuer is no name";
  certificate.issuer = issuer->whole;
  const auto validity = reader.next(kDerSequence);
  if (!validity || !read_validity(validity->content, certificate)) return "its validity is no two times";
  const auto subject = reader.next(kDerSequence);
  if (!subject || !read_common_name(subject->content, certificate.common_name))
    return "its subject is no name";
  certificate.subject = subject->whole;
  const auto key = reader.next(kDerSequence);
  if (!key || !read_key(key->whole, certificate)) return "its key is not P-256";
  const auto extensions = reader.next(kExtensionsTag);
  if (!extensions || !read_extensions(extensions->content) || !reader.at_end())
    return "its extensions are not those of a device: no CA, and none that is critical and unknown";
  return {};
}

bool read_signature_bits(ByteView content, DeviceCertificate& certificate) {
  if (content.empty() || content[0] != 0) return false;  // no unused bits
  content = content.subspan(1);
  if (raw_from_der(content, false, certificate.signature)) return true;
  if (!raw_from_der(content, true, certificate.signature)) return false;
  certificate.early = true;
  return true;
}

}  // namespace

bool read_device_certificate(ByteView der, DeviceCertificate& certificate, std::string_view& problem) {
  certificate = {};
  DerReader outer(der);
  const auto whole = outer.next(kDerSequence);
  problem = "it is not DER, or does not end where its column ends";
  if (!whole || !outer.at_end()) return false;
  DerReader reader(whole->content);
  const auto signed_part = reader.next(kDerSequence);
  const auto algorithm = reader.next(kDerSequence);
  const auto bits = reader.next(kDerBitString);
  problem = "it has not the three parts of a certificate";
  if (!signed_part || !algorithm || !bits || !reader.at_end()) return false;
  certificate.signed_part = signed_part->whole;
  problem = wrong_in_signed_part(signed_part->content, certificate);
  if (!problem.empty()) return false;
  problem = "its signature is not ecdsa-with-SHA256 in DER";
  if (!is(algorithm->whole, kEcdsaWithSha256)) return false;
  return read_signature_bits(bits->content, certificate);
}

}  // namespace quittance
