// What the stages that take files in have in common: numbers for files, and which drops are meant.
#pragma once

#include <vector>

#include "ledger/files.h"
#include "pipeline/context.h"

namespace quittance {

// Numbers for files, given out once each: above the ledger's last and above what was claimed before
// a crash.
class FileIds {
 public:
  explicit FileIds(Context& context);
  [[nodiscard]] std::int64_t next() const { return next_; }
  std::int64_t take() { return next_++; }

 private:
  std::int64_t next_ = 1;
};

// Moves a file that can't be believed to quarantine, with its reason beside it and in the ledger. Done
// again after a crash it ends the same. `path`: where the file was claimed.
void set_aside(Context& context, const Path& path, const IncomingFile& file, const Fault& fault);

// The paths that a person gave to this command; throws Failure(usage) for one that is not there.
[[nodiscard]] std::vector<Path> paths_by_hand(Context& context, const std::string& command);

// What one file, drop or channel can't do is reported and does not stop the next.
template <class Work>
void go_on_after_failure(Report& report, const Work& work) {
  try {
    work();
  } catch (const Failure& failure) {
    report.fail(failure);
  }
}

// All drops, or the one of --drop. With files given by hand there must be no doubt which.
[[nodiscard]] std::vector<DropSettings> drops_to_collect(Context& context);

}  // namespace quittance
