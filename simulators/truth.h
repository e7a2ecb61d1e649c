// The truth file: what the factory knows about each line it wrote, as JSON lines, so that a test can
// tell what must come out at the other end.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.h"
#include "simulators/defects.h"
#include "simulators/kph.h"

namespace quittance::simulators {

struct TrueLine {
  std::string suid;     // 32 lower-case hex digits; empty for a blank line
  std::string receipt;  // SHA-256 of the 768 bytes, as they were before any defect of the text
  std::string imei;
  std::string defect;
  std::string file;
  std::uint64_t line = 0;  // counted from 1 within the file
};

[[nodiscard]] std::vector<TrueLine> read_truth(const Path& file);

[[nodiscard]] std::string truth_text(const TrueLine& line, int code);

// Takes the texts of numbered drops in any order, by any thread, and writes them in their order.
class TruthFile {
 public:
  // An empty path: nothing is written. A Failure when the file exists.
  explicit TruthFile(const Path& file);
  void put(std::size_t drop, std::string text);
  void publish();

 private:
  Path path_;
  std::unique_ptr<FileWriter> writer_;
  std::mutex guard_;
  std::map<std::size_t, std::string> waiting_;
  std::size_t next_ = 0;
};

}  // namespace quittance::simulators
