// A file of receipt lines, of any size, in two passes over a part of it: the first judges each line
// and notes where the good ones are, the second gives them out in the order of their SUIDs, which is
// the order that the ledger wants.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/line_reader.h"
#include "records/receipt.h"

namespace quittance {

struct LinePlace {
  std::int64_t number = 0;  // counted from 1
  std::int64_t offset = 0;
  std::int64_t length = 0;  // without the newline
};

class ReceiptDrop {
 public:
  // `already`: bytes of the file that earlier parts have taken in.
  ReceiptDrop(const Fd& fd, Path path, LineRules rules, std::int64_t already);

  struct Part {
    std::int64_t lines = 0;
    std::int64_t blank = 0;
    std::int64_t faulty = 0;
    std::int64_t bytes = 0;  // of the file up to the end of this part
    bool last = false;       // nothing is left behind it
  };
  using OnFault = std::function<void(const LinePlace&, const LineFault&)>;
  // First pass over the next part: lines are judged until `most` good ones are found.
  [[nodiscard]] Part judge(std::size_t most, const OnFault& on_fault, const OnFault& on_warning);
  // Second pass over the same part; a thread of its own reads ahead of the visits.
  using Visit = std::function<void(const Receipt&, const Digest&, std::int64_t line)>;
  void each_in_suid_order(const Visit& visit);
  // Of the whole file, once the last part was judged.
  [[nodiscard]] Digest digest() const { return reader_.digest(); }

 private:
  struct Good {
    Suid suid;
    std::uint32_t offset;  // both counted from 0 within the part
    std::uint32_t line;
    std::uint32_t length;
  };
  struct Ready {
    Receipt receipt;
    Digest digest;  // of its bytes
    std::int64_t number;
  };
  void read_again(std::size_t from, std::vector<Ready>& out) const;
  const Fd& fd_;
  Path path_;
  LineRules rules_;
  LineReader reader_;
  std::vector<Good> good_;
  // Where the part begins.
  std::int64_t first_line_ = 1;
  std::uint64_t first_offset_ = 0;
};

// Reads one line again from the file that it came in.
[[nodiscard]] std::string read_line_at(const Fd& fd, const Path& path, std::int64_t offset,
                                       std::int64_t length);

}  // namespace quittance
