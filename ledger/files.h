// The files that came in, how far each was taken in, and the lines that could not be believed.
#pragma once

#include <string>

#include "ledger/ledger.h"

namespace quittance {

struct IncomingFile {
  std::int64_t id = 0;
  std::string kind;    // receipts, acknowledge, history
  std::string source;  // drop or channel
  std::string site;
  std::string name;  // as delivered
  // Tells files of one name apart; what findings about the file are filed under.
  [[nodiscard]] std::string object() const;
};

// Where every line of a file went. lines = blank + repeats + quarantined + taken.
struct LineCounts {
  std::int64_t lines = 0;
  std::int64_t blank = 0;
  std::int64_t repeats = 0;
  std::int64_t quarantined = 0;
  std::int64_t taken = 0;
};

struct FileProgress {
  bool known = false;
  bool done = false;  // or quarantined: nothing more to take in
  bool quarantined = false;
  std::int64_t bytes = 0;  // taken in so far
  LineCounts counts;
};

// The id that a newly claimed file gets: one more than the ledger's last.
[[nodiscard]] std::int64_t last_file_id(Ledger& ledger);
[[nodiscard]] FileProgress progress_of(Ledger& ledger, std::int64_t file);

// Whether a file of this kind with these bytes was taken in whole.
[[nodiscard]] bool was_taken_in(Ledger& ledger, const std::string& kind, const Digest& digest);

// Gives the file its row, so that receipts can name it. Fine when it has one.
void announce(Act& act, const IncomingFile& file);
// Records that a part of the file was taken in. `whole` is the digest of the file once all is.
void record_progress(Act& act, const IncomingFile& file, std::int64_t bytes, const LineCounts& part,
                     const Digest* whole);

struct QuarantinedLine {
  std::int64_t line = 0;  // 0: the whole file
  std::int64_t offset = 0;
  std::int64_t length = 0;
  std::string field;
  int code = 0;
  std::string id;
  std::string problem;
};
// Line by line, within the act that records the file.
class QuarantineWriter {
 public:
  QuarantineWriter(Act& act, std::int64_t file) : act_(act), file_(file) {}
  void add(const QuarantinedLine& line);

 private:
  Act& act_;
  std::int64_t file_;
  std::int64_t n_ = 0;
};

}  // namespace quittance
