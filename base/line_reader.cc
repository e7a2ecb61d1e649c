// Lines out of big blocks. The buffer holds the limit and one block, so a line of any length passes
// through without growing it.
#include "base/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace quittance {
namespace {

constexpr std::size_t kBlock = 256 * 1024;

}  // namespace

LineReader::LineReader(const Fd& fd, Path path, std::size_t limit, std::uint64_t offset, std::uint64_t number)
    : fd_(fd),
      path_(std::move(path)),
      limit_(limit),
      buffer_(limit + kBlock),
      read_offset_(offset),
      position_(offset),
      number_(number) {}

bool LineReader::next(Line& line) {
  const char* newline = nullptr;
  std::size_t scanned = 0;
  do {
    newline = find_newline(begin_ + scanned);
    scanned = end_ - begin_;
  } while (newline == nullptr && scanned <= limit_ && fill());
  if (newline == nullptr && begin_ == end_) return false;

  line.number = number_++;
  line.offset = position_;
  line.terminated = newline != nullptr;
  if (newline == nullptr && scanned > limit_) {
    pass_long(line);
  } else {
    pass_whole(line, newline);
  }
  line.cut = line.length > limit_;
  position_ += line.length + (line.terminated ? 1 : 0);
  return true;
}

// The line is in the buffer with its end.
void LineReader::pass_whole(Line& line, const char* newline) {
  const char* const start = buffer_.data() + begin_;
  const std::size_t length = newline != nullptr ? static_cast<std::size_t>(newline - start) : end_ - begin_;
  const std::size_t taken = length + (newline != nullptr ? 1 : 0);
  sha_.add(std::string_view(start, taken));
  line.text = std::string_view(start, std::min(length, limit_));
  line.length = length;
  begin_ += taken;
}

// The beginning stays at the front of the buffer, the rest of the line goes by in the room behind it.
void LineReader::pass_long(Line& line) {
  make_room();
  sha_.add(std::string_view(buffer_.data(), end_));
  line.length = end_;
  while (!line.terminated && fill_behind(limit_)) {
    const char* const newline = find_newline(limit_);
    line.terminated = newline != nullptr;
    begin_ = line.terminated ? static_cast<std::size_t>(newline - buffer_.data()) + 1 : end_;
    sha_.add(std::string_view(buffer_.data() + limit_, begin_ - limit_));
    line.length += begin_ - limit_ - (line.terminated ? 1 : 0);
  }
  if (!line.terminated) begin_ = end_ = limit_;
  line.text = std::string_view(buffer_.data(), limit_);
}

const char* LineReader::find_newline(std::size_t from) const {
  return static_cast<const char*>(std::memchr(buffer_.data() + from, '\n', end_ - from));
}

void LineReader::make_room() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
}

bool LineReader::fill() {
  make_room();
  return fill_behind(end_);
}

bool LineReader::fill_behind(std::size_t from) {
  const std::span<char> room = std::span(buffer_).subspan(from);
  const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(room.data()), room.size());
  const std::size_t got = read_at(fd_, path_, read_offset_, bytes);
  read_offset_ += got;
  end_ = from + got;
  return got > 0;
}

}  // namespace quittance
