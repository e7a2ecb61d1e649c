// SHA-256 through OpenSSL. The algorithm is fetched once and the one-shot form keeps a context for each
// thread: looking either up for every message would cost more than the hashing of a record.
#include "base/digest.h"

#include <openssl/evp.h>

#include "base/fault.h"

namespace quittance {
namespace {

void want(bool done) {
  if (!done) throw program_failure("SHA-256", "OpenSSL refused to compute a digest");
}

const EVP_MD* algorithm() {
  static const EVP_MD* const kFetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // lives as long as we
  if (kFetched == nullptr) {
    throw machine_failure("machine.openssl", "OpenSSL", "it offers no SHA-256",
                          "repair the installation of OpenSSL 3 and its configuration file");
  }
  return kFetched;
}

struct Context {
  Context() : context(EVP_MD_CTX_new()) { want(context != nullptr); }
  ~Context() { EVP_MD_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  EVP_MD_CTX* context;
};

Digest finish(EVP_MD_CTX* context) {
  Digest digest{};
  want(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace

Digest sha256(ByteView bytes) {
  thread_local const Context kOwn;
  want(EVP_DigestInit_ex2(kOwn.context, algorithm(), nullptr) == 1);
  want(EVP_DigestUpdate(kOwn.context, bytes.data(), bytes.size()) == 1);
  return finish(kOwn.context);
}

Digest sha256(std::string_view text) { return sha256(as_bytes(text)); }

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  want(context_ != nullptr);
  want(EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(ByteView bytes) { want(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }

void Sha256::add(std::string_view text) { add(as_bytes(text)); }

Digest Sha256::value() const {
  const Context copy;
  want(EVP_MD_CTX_copy_ex(copy.context, context_.get()) == 1);
  return finish(copy.context);
}

}  // namespace quittance
