// The one copy of a log that everything is read from: what is hashed is what is verified.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/worker_process.h"
#include "base/digest.h"
#include "base/file.h"

namespace quittance::audit {

inline constexpr std::uint64_t kLargestLog = std::uint64_t{1} << 40;  // bytes: 250 million records

struct Evidence {
  Fd fd;
  std::uint64_t bytes = 0;
  std::vector<std::string> sidecars;  // journal files of SQLite that lie beside it
};

// Copies the log into an unnamed private file in the folder for temporary files. Links are followed, pipes
// and devices refused, and files beside it are looked at by name only.
[[nodiscard]] Evidence copy_evidence(const Path& log);

// The SHA-256 of the copy, computed by a process of its own while others read it.
class EvidenceDigest {
 public:
  explicit EvidenceDigest(const Evidence& evidence);
  [[nodiscard]] Digest wait();

 private:
  const Evidence& evidence_;
  WorkerProcess process_;
};

// Takes a descriptor that was inherited. It must be of a regular file that nobody changes any more.
[[nodiscard]] Evidence take_evidence(int fd);

// An unnamed file in the folder for temporary files (TMPDIR, else /var/tmp). `purpose` is for messages.
[[nodiscard]] Fd unnamed_file(const std::string& purpose);

}  // namespace quittance::audit
