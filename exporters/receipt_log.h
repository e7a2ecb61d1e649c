// Writing a receipt log file in one pass: the digest is patched into its first line at the end
// (manual 4.3.1, 4.5.1.4).
#pragma once

#include <future>
#include <string>

#include "base/file.h"
#include "records/receipt.h"

namespace quittance {

struct ReceiptLogForm {
  Layout layout;
  std::string oem;
  bool header = true;                     // the first line with TID and digest; e-mail has none
  std::uint64_t size_limit = 20'000'000;  // bytes of the whole file
};

class ReceiptLogWriter {
 public:
  // The file appears at `path` with publish() and not before.
  ReceiptLogWriter(const Path& path, std::string tid, ReceiptLogForm form);
  // False when the line would take the file over its limit; then nothing is written.
  [[nodiscard]] bool add(const Receipt& receipt);
  // Patches the digest in and makes the file durable under its name. An older file of that name is
  // replaced only if `again` (a transmission that a crash left half built).
  void publish(bool again);
  // Known once it is published.
  [[nodiscard]] std::uint64_t bytes() const { return file_.size(); }
  [[nodiscard]] Digest digest() const { return sha_.value(); }  // of all after the first line

 private:
  void pass_on();
  void finish_writing();
  void write(const std::string& lines);

  Path path_;
  std::string tid_;
  ReceiptLogForm form_;
  FileWriter file_;
  Sha256 sha_;
  std::uint64_t size_;
  std::string block_;          // lines that wait to be written
  std::string passed_;         // the block that `writing_` has
  std::future<void> writing_;  // the last member: its end waits for the thread
};

// Nothing if the file holds what was built: first line and digest fit. Else what is wrong.
[[nodiscard]] std::optional<std::string> wrong_receipt_log(const Path& path, const std::string& tid,
                                                           const Digest& digest, bool header);

}  // namespace quittance
