// The one copy of a log that everything is read from: what is hashed is what is verified.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace quittance::audit {

inline constexpr std::uint64_t kLargestLog = std::uint64_t{1} << 40;  // bytes: 250 million records

struct Evidence {
  Fd fd;
  std::uint64_t bytes = 0;
  std::optional<Digest> digest;       // nothing where the caller gave a descriptor: he knows it
  std::vector<std::string> sidecars;  // journal files of SQLite that lie beside it
};

// Copies the log into an unnamed private file in the folder for temporary files, hashing. Links are
// followed, pipes and devices refused, and files beside it are looked at by name only.
[[nodiscard]] Evidence copy_evidence(const Path& log);

// Takes a descriptor that was inherited. It must be of a regular file that nobody changes any more.
[[nodiscard]] Evidence take_evidence(int fd);

// An unnamed file in the folder for temporary files (TMPDIR, else /var/tmp). `purpose` is for messages.
[[nodiscard]] Fd unnamed_file(const std::string& purpose);

}  // namespace quittance::audit
