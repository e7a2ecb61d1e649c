// A whole acknowledge file, read strictly (manual 4.3.2). What is wrong with single lines is reported
// and the others count.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fault.h"
#include "base/line_reader.h"
#include "records/acknowledge.h"

namespace quittance {

struct AcknowledgedLine {
  Suid suid;
  std::int32_t code = 0;
  std::uint32_t number = 0;
  std::uint32_t offset = 0;  // of the line in the file
};

struct AcknowledgeFile {
  AcknowledgeHead head;
  std::vector<AcknowledgedLine> lines;
  std::int64_t faulty = 0;
  bool truncated = false;
  Tolerated tolerated;
  Digest digest{};
};

// Nothing when the first line can't be believed or the file holds more lines than any transmission;
// `on_fault` then got the reason. Lines with a fault are left out.
[[nodiscard]] std::optional<AcknowledgeFile> read_acknowledge_file(
    const Fd& fd, const Path& path, const std::function<void(Fault)>& on_fault);
// The vendor's message of one line of the file.
[[nodiscard]] std::string message_of_line(const AcknowledgeFile& file, const Fd& fd, const Path& path,
                                          std::uint32_t number);

}  // namespace quittance
