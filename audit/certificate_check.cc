#include "audit/certificate_check.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <memory>

namespace quittance::audit {
namespace {

constexpr std::size_t kUuidDigits = 32;
constexpr std::size_t kTail = kUuidDigits + 3;  // "-NN"

bool is_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

struct FreeName {
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

}  // namespace

std::string name_text(ByteView der) {
  const unsigned char* at = der.data();
  const std::unique_ptr<X509_NAME, FreeName> name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  const std::unique_ptr<BIO, FreeName> bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  long size = 0;
  if (name && bio && X509_NAME_print_ex(bio.get(), name.get(), 0, XN_FLAG_RFC2253) >= 0)
    size = BIO_get_mem_data(bio.get(), &text);
  ERR_clear_error();
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(size));
}

std::optional<DeviceName> device_name(std::string_view common_name) {
  if (common_name.size() < kTail) return std::nullopt;
  const std::string_view tail = common_name.substr(common_name.size() - kTail);
  for (std::size_t i = 0; i < tail.size(); ++i) {
    if (i == kUuidDigits ? tail[i] != '-' : !is_digit(tail[i])) return std::nullopt;
  }
  return DeviceName{common_name.substr(0, common_name.size() - kTail), tail.substr(0, kUuidDigits)};
}

}  // namespace quittance::audit
