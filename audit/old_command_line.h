// The command lines of `tphost verify` (SPSDK 1.x and 2.x), put into the words of our own, so that
// scripts go on working.
#pragma once

#include <string>
#include <vector>

namespace quittance::audit {

// "-o" followed by a word is 2.x's output folder, "-o" alone is 1.x's --skip-oem; neither has positional
// arguments, so this is exact. Everything that is not one of the old spellings stays as it is.
[[nodiscard]] std::vector<std::string> translated(const std::vector<std::string>& words);

}  // namespace quittance::audit
