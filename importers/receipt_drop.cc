#include "importers/receipt_drop.h"

#include <fmt/format.h>
#include <algorithm>
#include <future>

#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

// A line of the manual's fields is about 1,200 bytes; what is longer can't be one.
constexpr std::size_t kLongestLine = 8192;

constexpr std::uint64_t kLongestPart = UINT32_MAX;  // bytes, and so lines
constexpr std::size_t kReadAhead = 512;             // receipts

LineFault too_long(const Line& line) {
  return {105, "line.long", "",
          fmt::format("{} bytes found, {} at the most for a line", line.length, kLongestLine),
          "see what wrote this file; each line must end in a newline"};
}

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

}  // namespace

ReceiptDrop::ReceiptDrop(const Fd& fd, Path path, LineRules rules, std::int64_t already)
    : fd_(fd), path_(std::move(path)), rules_(std::move(rules)), reader_(fd, path_, kLongestLine) {
  // What was taken in before is read again for the digest of the whole.
  Line line;
  while (static_cast<std::int64_t>(reader_.offset()) < already && reader_.next(line)) {}
}

ReceiptDrop::Part ReceiptDrop::judge(std::size_t most, const OnFault& on_fault, const OnFault& on_warning) {
  Part part;
  Receipt receipt;
  Line line;
  good_.clear();
  good_.reserve(most);
  first_line_ = static_cast<std::int64_t>(reader_.number());
  first_offset_ = reader_.offset();
  while (good_.size() < most && reader_.offset() - first_offset_ < kLongestPart) {
    if (!reader_.next(line)) {
      part.last = true;
      break;
    }
    ++part.lines;
    const LinePlace place{static_cast<std::int64_t>(line.number), static_cast<std::int64_t>(line.offset),
                          static_cast<std::int64_t>(line.length)};
    if (line.cut) {
      ++part.faulty;
      on_fault(place, too_long(line));
      continue;
    }
    if (is_blank(line.text)) {
      ++part.blank;
      continue;
    }
    const auto judged = read_receipt_line(line.text, rules_, receipt);
    if (judged.fault) {
      ++part.faulty;
      on_fault(place, *judged.fault);
      continue;
    }
    for (const auto& warning : judged.warnings) on_warning(place, warning);
    good_.push_back({receipt.suid, static_cast<std::uint32_t>(line.offset - first_offset_),
                     static_cast<std::uint32_t>(part.lines - 1), static_cast<std::uint32_t>(line.length)});
  }
  part.bytes = static_cast<std::int64_t>(reader_.offset());
  return part;
}

void ReceiptDrop::read_again(std::size_t from, std::vector<Ready>& out) const {
  out.resize(std::min(kReadAhead, good_.size() - from));
  for (auto& ready : out) {
    const auto& good = good_[from++];
    ready.number = first_line_ + good.line;
    const auto text =
        read_line_at(fd_, path_, static_cast<std::int64_t>(first_offset_ + good.offset), good.length);
    if (read_receipt_line(text, rules_, ready.receipt).fault || ready.receipt.suid != good.suid) {
      throw machine_failure("drop.changed", path_.string(),
                            fmt::format("line {} changed while it was read", ready.number),
                            "see which program still writes to it, and start again");
    }
    ready.digest = sha256(ByteView(ready.receipt.bytes));
  }
}

void ReceiptDrop::each_in_suid_order(const Visit& visit) {
  std::sort(good_.begin(), good_.end(), [](const Good& a, const Good& b) {
    return a.suid == b.suid ? a.line < b.line : a.suid < b.suid;
  });
  std::vector<Ready> now;
  std::vector<Ready> next;
  std::size_t read = 0;
  read_again(read, now);
  while (!now.empty()) {
    read += now.size();
    const auto how = read < good_.size() ? std::launch::async : std::launch::deferred;  // a small drop
    auto ahead = std::async(how, [&] { read_again(read, next); });
    for (const auto& ready : now) visit(ready.receipt, ready.digest, ready.number);
    ahead.get();
    now.swap(next);
  }
}

std::string read_line_at(const Fd& fd, const Path& path, std::int64_t offset, std::int64_t length) {
  std::string text(static_cast<std::size_t>(length), '\0');
  const auto got = read_at(fd, path, static_cast<std::uint64_t>(offset),
                           {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.resize(got);
  return text;
}

}  // namespace quittance
