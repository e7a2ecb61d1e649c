// Memory for secrets in a mapping of its own, so that locking, leaving out of core dumps and wiping
// touch nothing else.
#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/fault.h"

namespace quittance {
namespace {

std::size_t whole_pages(std::size_t size) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return std::max<std::size_t>(1, (size + page - 1) / page) * page;
}

}  // namespace

Secret::Secret(std::size_t size) : size_(size), mapped_(whole_pages(size)) {
  void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw system_failure("get memory for a secret", "memory", errno);
  data_ = static_cast<std::uint8_t*>(memory);
  // Neither is fatal: a small limit of locked memory must not stop the night, wiping still happens.
  (void)mlock(memory, mapped_);
  (void)madvise(memory, mapped_, MADV_DONTDUMP);
}

Secret::~Secret() { wipe(); }

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapped_ = std::exchange(other.mapped_, 0);
  return *this;
}

void Secret::wipe() {
  if (data_ == nullptr) return;
  OPENSSL_cleanse(data_, mapped_);
  munmap(data_, mapped_);
  data_ = nullptr;
  size_ = mapped_ = 0;
}

void fill_random(std::span<std::uint8_t> out) {
  constexpr std::size_t kBlock = 1U << 20;  // the call counts in int
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), kBlock);
    if (RAND_priv_bytes(out.data(), static_cast<int>(size)) != 1) {
      throw machine_failure("machine.random", "random numbers", "OpenSSL has no source of randomness",
                            "see that /dev/urandom and getrandom work for this user, then run again");
    }
    out = out.subspan(size);
  }
}

}  // namespace quittance
