// The vendor's answers, kept beside its database before the import counts. A run that is killed
// between the import and the answer is finished by the next, and a late answer is still there.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "simulators/vendor_misbehaviour.h"

namespace quittance::simulators {

class VendorOutbox {
 public:
  // `out` may be empty as long as nothing is given.
  VendorOutbox(const Path& database_folder, Path out)
      : kept_(database_folder / "answers"), out_(std::move(out)) {}
  void keep(const std::string& tid, const std::vector<AnswerFile>& files) const;
  // Publishes the kept files of this log; gives how many. A Failure when another file has the name.
  std::size_t give(const std::string& tid) const;

 private:
  Path kept_;
  Path out_;
};

}  // namespace quittance::simulators
