// A ledger in a temporary folder and short words for what happens to it.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fault.h"
#include "ledger/answers.h"
#include "ledger/corrections.h"
#include "ledger/fsck.h"
#include "ledger/history.h"
#include "ledger/intake.h"
#include "ledger/summary.h"
#include "ledger/verify.h"
#include "tests/support/scratch.h"

namespace quittance::books {

inline Secret key_of(std::uint8_t byte = 7) {
  Secret key(32);
  std::ranges::fill(key.bytes(), byte);
  return key;
}

inline Suid suid(int number) {
  auto text = std::to_string(number);
  return *Suid::parse(std::string(32 - text.size(), '0') + text);
}

inline Receipt receipt(int number, int binding = 0, int flag = 0) {
  Receipt out;
  out.suid = suid(number);
  out.flag = flag;
  out.bytes.fill(static_cast<std::uint8_t>(binding));
  out.bytes[0] = static_cast<std::uint8_t>(number);
  out.model = "Meridian-7";
  return out;
}

inline Digest digest_of(const Receipt& receipt) { return sha256(ByteView(receipt.bytes)); }

// After each test the ledger must still keep all its promises.
class Books {
 public:
  Books() {
    Ledger::create(folder_.path(), key_of(), "ACME");
    open();
  }
  ~Books() {
    if (!std::uncaught_exceptions()) CHECK(faults().empty());
  }
  Books(const Books&) = delete;
  Books& operator=(const Books&) = delete;

  void open() { ledger_ = std::make_unique<Ledger>(folder_.path(), key_of(), Access::write); }
  void close() { ledger_.reset(); }
  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const Path& folder() const { return folder_.path(); }

  std::vector<TakenReceipt> deliver(const std::vector<Receipt>& receipts, const std::string& site = "one",
                                    bool newest = false, bool is_signed = true) {
    const IncomingFile file{last_file_id(ledger()) + 1, "receipts", "drop", site, "drop.txt"};
    Act act(ledger(), "collect", file.name);
    Intake intake(act, {file, "folder", newest});
    std::vector<TakenReceipt> out;
    LineCounts counts;
    for (const auto& one : receipts) {
      out.push_back(intake.take(one, digest_of(one), ++counts.lines, is_signed));
      ++(out.back().what == Taken::repeat ? counts.repeats : counts.taken);
    }
    intake.finish();
    const Digest whole{};
    record_progress(act, file, 0, counts, &whole);
    act.commit();
    return out;
  }
  Taken deliver(const Receipt& one, const std::string& site = "one", bool newest = false) {
    return deliver(std::vector{one}, site, newest).front().what;
  }

  // All that waits, in one transmission; 0 if nothing does.
  std::int64_t reserve() {
    Reservation reservation(ledger(), "folder", "ACME");
    if (reservation.fill([](const Receipt&) { return true; }) == 0) return 0;
    return reservation.commit();
  }
  std::int64_t build() {
    const auto no = reserve();
    if (no != 0) record_built(ledger(), no, 1000, Digest{1});
    return no;
  }
  std::int64_t send() {
    const auto no = build();
    REQUIRE(no != 0);
    record_attempt(ledger(), no);
    record_sent(ledger(), no, "there", 3600);
    return no;
  }
  AnswerResult answer(std::int64_t no, const std::map<int, int>& codes, int global = 0, int retries = 3) {
    std::vector<AnswerLine> lines;
    for (const auto& [number, code] : codes) lines.push_back({suid(number), code, 0});
    return answer_lines(no, lines, global, retries);
  }
  AnswerResult answer_lines(std::int64_t no, std::vector<AnswerLine> lines, int global = 0, int retries = 3) {
    remarks.clear();
    Answer answer;
    answer.transmission = no;
    answer.code = global;
    answer.sha256 = sha256(std::to_string(++answers_));
    std::uint32_t number = 1;
    for (auto& line : lines) line.line = ++number;
    answer.lines = std::move(lines);
    answer.message_of = [](std::uint32_t line) { return "message of line " + std::to_string(line); };
    const IncomingFile file{last_file_id(ledger()) + 1, "acknowledge", "folder", "", "answer.ack"};
    Act act(ledger(), "acknowledge", file.name);
    const auto result =
        apply_answer(act, file, answer, retries, [&](const AnswerRemark& r) { remarks.push_back(r); });
    record_progress(act, file, 0, {}, &answer.sha256);
    act.commit();
    return result;
  }

  [[nodiscard]] std::vector<ReceiptRow> rows(int number) { return receipts_of(ledger(), suid(number)); }
  [[nodiscard]] ReceiptState state(int number) { return rows(number).back().state; }
  [[nodiscard]] std::vector<ReceiptState> states(int number) {
    std::vector<ReceiptState> out;
    for (const auto& row : rows(number)) out.push_back(row.state);
    return out;
  }
  [[nodiscard]] Transmission transmission(std::int64_t no) { return *find_transmission(ledger(), no); }
  [[nodiscard]] std::int64_t findings() { return summarise(ledger()).open_findings; }
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> out;
    for (const auto& remark : remarks) out.push_back(remark.kind);
    return out;
  }
  [[nodiscard]] std::vector<std::string> faults() {
    std::vector<std::string> out;
    const auto note = [&](const Fault& fault) { out.push_back(describe(fault)); };
    static_cast<void>(verify_journal(ledger(), std::nullopt, note));
    check_content(ledger(), note);
    return out;
  }

  std::vector<AnswerRemark> remarks;

 private:
  Scratch folder_;
  std::unique_ptr<Ledger> ledger_;
  int answers_ = 0;
};

}  // namespace quittance::books
