// The vendor's device database: a text file that only grows, read into memory at the start. One
// line a receipt; a log counts once its closing line is on the disk, so a log is imported whole or
// not at all, whenever the program is killed.
//
//   R <line> <suid or -> <flag> <sha256 of the receipt or -> <code> <1 if the code was forced>
//   L <tid> <sha256 of the file> <lines> <global code> <1 if its answer is held back> <time>
//   K <suid>          a device that is known from elsewhere
//   A <tid>           the answer has been given
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/lock.h"

namespace quittance::simulators {

struct ReceiptRecord {
  std::uint64_t line = 0;  // in the receipt log, without the header, counted from 1
  std::string suid;        // 32 lower-case hex digits; empty when unreadable
  bool refurbished = false;
  std::optional<Digest> receipt;
  int code = 0;
  bool forced = false;  // by an option, for no fault of the receipt
};

struct LogRecord {
  std::string tid;
  std::string digest;  // of the file, in hex
  std::uint64_t lines = 0;
  int code = 0;
  bool held = false;
  bool answered = false;
  Seconds time = 0;
};

struct DeviceEvent {
  std::uint32_t log = 0;  // index into logs()
  std::int16_t code = 0;
  bool refurbished = false;
  bool forced = false;
  std::optional<Digest> receipt;
};

struct DeviceRecord {
  bool planted = false;       // known from elsewhere
  std::uint32_t imports = 0;  // how often a receipt of it was counted; each is a generation
  std::vector<DeviceEvent> events;
};

enum class Access { read, write };

class VendorDatabase {
 public:
  // Access::write takes the lock of the folder and cuts off what a killed run left unfinished.
  VendorDatabase(const Path& folder, Access access);

  [[nodiscard]] const LogRecord* find_log(const std::string& tid) const;
  [[nodiscard]] const std::vector<LogRecord>& logs() const { return logs_; }
  [[nodiscard]] const std::map<std::string, DeviceRecord>& devices() const { return devices_; }
  [[nodiscard]] bool knows(const std::string& suid) const;
  // How many receipts got this code by force so far, and whether this device was one of them.
  [[nodiscard]] std::uint64_t forced(int code) const;
  [[nodiscard]] bool was_forced(const std::string& suid, int code) const;

  // The receipts of a log count at once for the questions above, and on the disk from close() on.
  void add(const ReceiptRecord& receipt);
  void close(const LogRecord& log);
  void plant(const std::vector<std::string>& suids);
  void mark_answered(const std::string& tid);

 private:
  void load(Access access);
  void read_line(std::string_view text, std::vector<ReceiptRecord>& open);
  void count(const ReceiptRecord& receipt);
  void keep(const LogRecord& log);
  void append(const std::string& text);

  Path file_;
  std::optional<RunLock> lock_;
  Fd fd_;
  std::vector<LogRecord> logs_;
  std::unordered_map<std::string, std::size_t> log_of_tid_;
  std::map<std::string, DeviceRecord> devices_;
  std::map<int, std::uint64_t> forced_;
  std::string pending_;
};

}  // namespace quittance::simulators
