// Lines of a file of any size in bounded memory. A line ends at 0x0A; the last may lack it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace quittance {

struct Line {
  std::string_view text;     // without the newline; at most the limit; valid until the next call
  std::uint64_t number = 0;  // counted from 1
  std::uint64_t offset = 0;  // of its first byte in the file
  std::uint64_t length = 0;  // bytes in the file without the newline; more than text.size() if cut
  bool cut = false;          // longer than the limit: text holds only its beginning
  bool terminated = false;   // had its newline
};

class LineReader {
 public:
  // Reads `fd` from `offset` on (the first line then has the number `number`). `limit`: bytes of a
  // line that are kept. The descriptor stays the caller's.
  LineReader(const Fd& fd, Path path, std::size_t limit, std::uint64_t offset = 0, std::uint64_t number = 1);
  // False at the end of the file.
  [[nodiscard]] bool next(Line& line);
  // Of all bytes given out so far, newlines included.
  [[nodiscard]] Digest digest() const { return sha_.value(); }
  // Where the next line begins, and its number.
  [[nodiscard]] std::uint64_t offset() const { return position_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  void pass_whole(Line& line, const char* newline);
  void pass_long(Line& line);
  [[nodiscard]] const char* find_newline(std::size_t from) const;
  void make_room();
  bool fill();
  bool fill_behind(std::size_t from);
  const Fd& fd_;
  Path path_;
  std::size_t limit_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t read_offset_;
  std::uint64_t position_;
  std::uint64_t number_;
  Sha256 sha_;
};

}  // namespace quittance
