// Imports receipt logs in batches: reading and RSA in parallel, counting in the order of the lines.
#include "simulators/vendor_import.h"

#include <optional>

#include "base/fault.h"
#include "simulators/share_out.h"
#include "simulators/vendor_codes.h"
#include "simulators/vendor_database.h"
#include "simulators/vendor_outbox.h"
#include "simulators/vendor_rsa.h"

namespace quittance::simulators {
namespace {

// Lines that are opened together, so that many small logs keep all cores busy, too.
constexpr std::size_t kBatchLines = 16'384;

struct OpenedLog {
  Path file;
  VendorLog log;
  std::vector<JudgedLine> lines;
};

struct VendorKeys {
  RsaKey vendor;
  std::vector<KphKey> kphs;
};

class Vendor {
 public:
  Vendor(const VendorOrder& order, Report& report);
  VendorResult run();

 private:
  void answer_due();
  [[nodiscard]] bool handled_before(const Path& file, const VendorLog& log);
  void answer_known(const Path& file, const LogRecord& record);
  void import_batch(std::vector<OpenedLog>& batch);
  void judge(std::vector<OpenedLog>& batch) const;
  void settle(const OpenedLog& opened);
  [[nodiscard]] int settle_line(const JudgedLine& line, std::uint64_t number);
  [[nodiscard]] int history_code(const JudgedLine& line, const std::string& suid, bool& forced) const;
  [[nodiscard]] bool force(const std::string& suid, int code, std::uint64_t most) const;
  void give(const std::string& tid);

  const VendorOrder& order_;
  Report& report_;
  VendorDatabase database_;
  VendorOutbox outbox_;
  std::optional<VendorKeys> keys_;
  VendorResult result_;
};

Vendor::Vendor(const VendorOrder& order, Report& report)
    : order_(order),
      report_(report),
      database_(order.database, Access::write),
      outbox_(order.database, order.out) {
  database_.plant(order.known);
  if (order.in.empty() || order.skip_rsa) return;
  const KeyFolder folder(order.keys);
  keys_ = VendorKeys{folder.vendor_private(), folder.kph_public()};
}

void Vendor::give(const std::string& tid) {
  result_.answers += outbox_.give(tid);
  database_.mark_answered(tid);
}

// What a killed run owes, and with --release what was held back.
void Vendor::answer_due() {
  std::vector<std::string> due;
  for (const auto& log : database_.logs()) {
    if (!log.answered && (!log.held || order_.release)) due.push_back(log.tid);
  }
  for (const auto& tid : due) give(tid);
}

void Vendor::answer_known(const Path& file, const LogRecord& record) {
  ++result_.known_logs;
  const bool held = record.held && !record.answered;
  if (!held && (order_.answer_again || order_.consume)) result_.answers += outbox_.give(record.tid);
  if (order_.consume) remove_durably(file);
}

// True when nothing of this log is to be imported, since its TID was used before.
bool Vendor::handled_before(const Path& file, const VendorLog& log) {
  const LogRecord* record = database_.find_log(log.tid);
  if (record == nullptr) return false;
  if (record->digest == to_hex(log.digest)) {
    answer_known(file, *record);
    return true;
  }
  if (record->lines == 0) return false;  // it was refused, nothing was imported: the sender tries again
  report_.fault({"sim.tid", Severity::finding, file.string(), 0, "",
                 "the TID " + log.tid + " was used before for a file with other bytes; not imported",
                 "send it under a TID of its own"});
  return true;
}

void Vendor::judge(std::vector<OpenedLog>& batch) const {
  std::vector<std::pair<OpenedLog*, std::size_t>> work;
  for (auto& opened : batch) {
    opened.lines.resize(opened.log.lines.size());
    for (std::size_t i = 0; i < opened.lines.size(); ++i) work.emplace_back(&opened, i);
  }
  share_out(work.size(), order_.jobs, [&](const NextItem& next) {
    std::optional<ReceiptOpener> opener;
    if (keys_) opener.emplace(keys_->vendor, keys_->kphs);
    for (std::size_t item = 0; next(item);) {
      auto& [opened, i] = work[item];
      JudgedLine& line = opened->lines[i] = judge_line(opened->log.lines[i], order_.rules);
      if (opener && line.code == code::kOk) line.code = opener->open(line.receipt, *line.suid);
    }
  });
}

bool Vendor::force(const std::string& suid, int code, std::uint64_t most) const {
  return database_.forced(code) < most && !database_.was_forced(suid, code);
}

int Vendor::history_code(const JudgedLine& line, const std::string& suid, bool& forced) const {
  forced = force(suid, code::kUnknownError, order_.unknown_error);
  if (forced) return code::kUnknownError;
  const bool known = database_.knows(suid);
  if (line.refurbished && !known) return code::kNeverImported;
  if (!line.refurbished && known) return code::kAlreadyKnown;
  if (!line.custom_good) return code::kCustomData;
  forced = force(suid, code::kCustomData, order_.fail_custom);
  if (forced) return code::kCustomData;
  return line.trailing ? code::kTrailing : code::kOk;
}

int Vendor::settle_line(const JudgedLine& line, std::uint64_t number) {
  ReceiptRecord record;
  record.line = number;
  record.suid = line.suid ? to_hex(*line.suid) : "";
  record.refurbished = line.refurbished;
  record.code = line.code;
  if (line.code == code::kOk) {
    record.receipt = sha256(line.receipt);
    record.code = history_code(line, record.suid, record.forced);
  }
  database_.add(record);
  ++result_.codes[record.code];
  if (code::is_imported(record.code)) ++result_.imported;
  return record.code;
}

void Vendor::import_batch(std::vector<OpenedLog>& batch) {
  judge(batch);
  for (const auto& opened : batch) {
    if (!handled_before(opened.file, opened.log)) settle(opened);  // the batch may hold a TID twice
  }
  batch.clear();
}

// The answer is kept first and counts with the import, so that neither is without the other.
void Vendor::settle(const OpenedLog& opened) {
  const VendorLog& log = opened.log;
  Answer answer{log.tid, log.refusal, log.reason, {}};
  if (log.refusal == code::kOk && order_.misbehaviour.global_error != 0) {
    answer.code = order_.misbehaviour.global_error;
    answer.message = code::message_of(answer.code);
  }
  if (answer.code == code::kOk) {
    for (std::size_t i = 0; i < opened.lines.size(); ++i) {
      const int code = settle_line(opened.lines[i], i + 1);
      answer.lines.push_back({opened.lines[i].suid_text, code, code::message_of(code)});
    }
    summarize(answer);
  }
  LogRecord record{log.tid, to_hex(log.digest), answer.lines.size(), answer.code};
  record.held = result_.logs < order_.misbehaviour.hold;
  record.time = now();
  outbox_.keep(log.tid, acknowledge_files(answer, order_.misbehaviour, result_.logs));
  database_.close(record);
  ++result_.logs;
  result_.receipts += record.lines;
  if (!record.held) give(log.tid);
  if (order_.consume) remove_durably(opened.file);
}

VendorResult Vendor::run() {
  answer_due();
  std::vector<OpenedLog> batch;
  std::size_t lines = 0;
  for (const auto& name : order_.in.empty() ? std::vector<std::string>{} : list_folder(order_.in)) {
    const Path file = order_.in / name;
    if (name.front() == '.' || file.extension() != ".txt" || !std::filesystem::is_regular_file(file))
      continue;
    VendorLog log = read_vendor_log(file, order_.headerless, order_.file_bytes);
    if (handled_before(file, log)) continue;
    lines += log.lines.size();
    batch.push_back({file, std::move(log), {}});
    if (lines < kBatchLines) continue;
    import_batch(batch);
    lines = 0;
  }
  import_batch(batch);
  for (const auto& log : database_.logs()) result_.held += log.answered ? 0 : 1;
  return result_;
}

}  // namespace

VendorResult run_vendor(const VendorOrder& order, Report& report) { return Vendor(order, report).run(); }

}  // namespace quittance::simulators
