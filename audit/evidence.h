// The one copy of a log that everything is read from: what is hashed is what is verified.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audit/worker_process.h"
#include "base/digest.h"
#include "base/file.h"

namespace quittance::audit {

inline constexpr std::uint64_t kLargestLog = std::uint64_t{1} << 40;  // bytes: 250 million records

// The SHA-256 of a file in the making, computed by a process of its own while others write and read it.
class FollowingDigest {
 public:
  explicit FollowingDigest(const Fd& file);
  void advance(std::uint64_t bytes);  // so many are written
  [[nodiscard]] Digest finish();      // of all of them

 private:
  void say(bool is_all);
  [[nodiscard]] Digest digest_again() const;
  const int file_;
  std::uint64_t bytes_ = 0;
  WorkerProcess process_;
};

struct Evidence {
  Fd fd;
  std::uint64_t bytes = 0;
  std::unique_ptr<FollowingDigest> digest;  // nothing where the caller gave a descriptor: he knows it
  std::vector<std::string> sidecars;        // journal files of SQLite that lie beside it
};

// Copies the log into an unnamed private file in the folder for temporary files, which is hashed. Links
// are followed, pipes and devices refused, and files beside it are looked at by name only.
[[nodiscard]] Evidence copy_evidence(const Path& log);

// Takes a descriptor that was inherited. It must be of a regular file that nobody changes any more.
[[nodiscard]] Evidence take_evidence(int fd);

// An unnamed file in the folder for temporary files (TMPDIR, else /var/tmp). `purpose` is for messages.
[[nodiscard]] Fd unnamed_file(const std::string& purpose);

}  // namespace quittance::audit
