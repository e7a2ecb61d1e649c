#include "exporters/receipt_log.h"

#include <algorithm>

#include "base/fault.h"
#include "records/receipt_log.h"

namespace quittance {
namespace {

constexpr std::size_t kBlock = 512 * 1024;

}  // namespace

ReceiptLogWriter::ReceiptLogWriter(const Path& path, std::string tid, ReceiptLogForm form)
    : path_(path), tid_(std::move(tid)), form_(std::move(form)), file_(path) {
  if (form_.header) file_.write(receipt_log_header(tid_, Digest{}));
  size_ = file_.size();
}

bool ReceiptLogWriter::add(const Receipt& receipt) {
  const auto before = block_.size();
  append_receipt_line(block_, receipt, form_.layout, form_.oem);
  const auto line = block_.size() - before;
  if (size_ + line > form_.size_limit) {
    block_.resize(before);
    return false;
  }
  size_ += line;
  if (block_.size() >= kBlock) pass_on();
  return true;
}

// Hashing and writing take as long as reading the receipts, so a thread of its own does them.
void ReceiptLogWriter::pass_on() {
  finish_writing();
  passed_.swap(block_);
  block_.clear();
  writing_ = std::async(std::launch::async, [this] { write(passed_); });
}

void ReceiptLogWriter::finish_writing() {
  if (writing_.valid()) writing_.get();
}

void ReceiptLogWriter::write(const std::string& lines) {
  file_.write(lines);
  sha_.add(lines);
}

void ReceiptLogWriter::publish(bool again) {
  finish_writing();
  write(block_);
  if (form_.header) file_.patch(0, receipt_log_header(tid_, sha_.value()));
  if (file_.publish(again)) return;
  throw program_failure(path_.string(), "a receipt log of this TID exists already");
}

std::optional<std::string> wrong_receipt_log(const Path& path, const std::string& tid, const Digest& digest,
                                             bool header) {
  const Fd fd = open_to_read(path);
  const auto first_line = header ? receipt_log_header(tid, digest) : std::string();
  Bytes block(256 * 1024);
  std::uint64_t offset = 0;
  const auto got = read_at(fd, path, 0, std::span(block).first(first_line.size()));
  if (as_text(ByteView(block).first(got)) != first_line)
    return "its first line is not the one that was built";
  offset = got;
  Sha256 sha;
  while (const auto n = read_at(fd, path, offset, block)) {
    sha.add(ByteView(block).first(n));
    offset += n;
  }
  if (sha.value() != digest) return "its SHA-256 is not the one that was built";
  return std::nullopt;
}

}  // namespace quittance
