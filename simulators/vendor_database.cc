// Reads and extends the vendor's database file.
#include "simulators/vendor_database.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "base/fault.h"
#include "base/line_reader.h"
#include "base/text.h"
#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kLineLimit = 4096;

[[noreturn]] void damaged(const Path& file, std::uint64_t line) {
  throw machine_failure("sim.database", file.string(),
                        fmt::format("line {} is not a line of a vendor's database", line),
                        "name a folder that the vendor made with --db");
}

template <class Integer>
Integer number(const std::string& word) {
  const auto value = parse_integer<Integer>(word);
  if (!value) throw std::invalid_argument(word);
  return *value;
}

std::optional<Digest> read_digest(const std::string& word) {
  Digest digest{};
  if (word == "-") return std::nullopt;
  if (word.size() != 2 * digest.size() || !from_hex(word, digest)) throw std::invalid_argument(word);
  return digest;
}

std::string text_of(const ReceiptRecord& receipt) {
  return fmt::format("R {} {} {} {} {} {}\n", receipt.line, receipt.suid.empty() ? "-" : receipt.suid,
                     receipt.refurbished ? 1 : 0, receipt.receipt ? to_hex(*receipt.receipt) : "-",
                     receipt.code, receipt.forced ? 1 : 0);
}

ReceiptRecord read_receipt_record(const std::vector<std::string>& words) {
  ReceiptRecord receipt;
  receipt.line = number<std::uint64_t>(words.at(1));
  receipt.suid = words.at(2) == "-" ? "" : words.at(2);
  receipt.refurbished = words.at(3) == "1";
  receipt.receipt = read_digest(words.at(4));
  receipt.code = number<int>(words.at(5));
  receipt.forced = words.at(6) == "1";
  return receipt;
}

std::string text_of(const LogRecord& log) {
  return fmt::format("L {} {} {} {} {} {}\n", log.tid, log.digest, log.lines, log.code, log.held ? 1 : 0,
                     log.time);
}

LogRecord read_log_record(const std::vector<std::string>& words) {
  LogRecord log;
  log.tid = words.at(1);
  log.digest = words.at(2);
  log.lines = number<std::uint64_t>(words.at(3));
  log.code = number<int>(words.at(4));
  log.held = words.at(5) == "1";
  log.time = number<Seconds>(words.at(6));
  return log;
}

}  // namespace

VendorDatabase::VendorDatabase(const Path& folder, Access access) : file_(folder / "devices.txt") {
  if (access == Access::write) {
    make_folder(folder);
    lock_.emplace(folder, "quittance-sim vendor");
  }
  if (std::filesystem::exists(file_)) load(access);
  if (access == Access::read) return;
  fd_ = Fd(::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!fd_) throw system_failure("open", file_.string(), errno);
}

// A killed run leaves receipts without the closing line of their log, or half a line. Neither counts.
void VendorDatabase::load(Access access) {
  std::uint64_t good = 0;
  {
    const Fd fd = open_to_read(file_);
    LineReader reader(fd, file_, kLineLimit);
    std::vector<ReceiptRecord> open;
    Line line;
    while (reader.next(line) && line.terminated) {
      try {
        read_line(line.text, open);
      } catch (const std::logic_error&) {
        damaged(file_, line.number);
      }
      if (open.empty()) good = line.offset + line.length + 1;
    }
  }
  if (access == Access::write) std::filesystem::resize_file(file_, good);
}

void VendorDatabase::read_line(std::string_view text, std::vector<ReceiptRecord>& open) {
  const auto words = split_list(text, ' ');
  const std::string& kind = words.at(0);
  if (kind == "R") {
    open.push_back(read_receipt_record(words));
  } else if (kind == "L") {
    for (const auto& receipt : open) count(receipt);
    open.clear();
    keep(read_log_record(words));
  } else if (kind == "K") {
    devices_[words.at(1)].planted = true;
  } else if (kind == "A") {
    logs_.at(log_of_tid_.at(words.at(1))).answered = true;
  } else {
    throw std::invalid_argument(kind);
  }
}

// The log of a receipt is the one that is closed next.
void VendorDatabase::count(const ReceiptRecord& receipt) {
  if (receipt.forced) ++forced_[receipt.code];
  if (receipt.suid.empty()) return;
  DeviceRecord& device = devices_[receipt.suid];
  device.events.push_back({static_cast<std::uint32_t>(logs_.size()), static_cast<std::int16_t>(receipt.code),
                           receipt.refurbished, receipt.forced, receipt.receipt});
  if (code::is_imported(receipt.code)) ++device.imports;
}

// A refused log may come again under its TID; only the answer to the later one is still owed.
void VendorDatabase::keep(const LogRecord& log) {
  const auto [earlier, is_new] = log_of_tid_.try_emplace(log.tid, logs_.size());
  if (!is_new) logs_[std::exchange(earlier->second, logs_.size())].answered = true;
  logs_.push_back(log);
}

const LogRecord* VendorDatabase::find_log(const std::string& tid) const {
  const auto found = log_of_tid_.find(tid);
  return found == log_of_tid_.end() ? nullptr : &logs_[found->second];
}

bool VendorDatabase::knows(const std::string& suid) const {
  const auto found = devices_.find(suid);
  return found != devices_.end() && (found->second.planted || found->second.imports != 0);
}

std::uint64_t VendorDatabase::forced(int code) const {
  const auto found = forced_.find(code);
  return found == forced_.end() ? 0 : found->second;
}

bool VendorDatabase::was_forced(const std::string& suid, int code) const {
  const auto found = devices_.find(suid);
  if (found == devices_.end()) return false;
  for (const auto& event : found->second.events) {
    if (event.forced && event.code == code) return true;
  }
  return false;
}

void VendorDatabase::append(const std::string& text) {
  write_all(fd_, file_, text);
  sync_file(fd_, file_);
}

void VendorDatabase::add(const ReceiptRecord& receipt) {
  count(receipt);
  pending_ += text_of(receipt);
}

void VendorDatabase::close(const LogRecord& log) {
  append(pending_ + text_of(log));
  pending_.clear();
  keep(log);
}

void VendorDatabase::plant(const std::vector<std::string>& suids) {
  std::string text;
  for (const auto& suid : suids) {
    if (!std::exchange(devices_[suid].planted, true)) text += "K " + suid + "\n";
  }
  append(text);
}

void VendorDatabase::mark_answered(const std::string& tid) {
  logs_.at(log_of_tid_.at(tid)).answered = true;
  append("A " + tid + "\n");
}

}  // namespace quittance::simulators
