// Starting quittance-audit, the only program that opens an audit log: it is given the archived file as
// its standard input, and answers on its standard output.
#pragma once

#include <string>
#include <vector>

#include "base/child.h"
#include "base/file.h"
#include "pipeline/context.h"

namespace quittance {

// Of the program that stands beside ours.
[[nodiscard]] std::string auditor_path();

// Whose log it is, by its own word, and whether it is an audit log at all.
struct LogOwner {
  std::string device;  // empty where the log does not say
  std::int64_t version = 0;
  std::optional<Fault> fault;  // why it is none
};
[[nodiscard]] LogOwner owner_of(const Path& log);

}  // namespace quittance
