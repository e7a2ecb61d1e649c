#include "audit/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "audit/progress.h"
#include "audit/record_worker.h"
#include "audit/repeats.h"
#include "base/text.h"

namespace quittance::audit {
namespace {

constexpr std::uint64_t kUsualRow = 4096;  // bytes: a genuine record with certificates takes a page

bool is_serial_number(const std::string& owner) {
  return !owner.empty() && std::ranges::all_of(owner, [](char c) { return c >= '0' && c <= '9'; });
}

class Run {
 public:
  Run(const Evidence& evidence, const VerifyRequest& request, Report& report)
      : evidence_(evidence),
        request_(request),
        expected_(request.expected),
        report_(report),
        facts_(request.facts_fd),
        scout_(evidence, expected_.since_row, request.chunk_rows),
        plan_(make_plan()),
        pool_(request.processes, [this] { return begin_checking(evidence_, plan_); }, {evidence.fd.get()}),
        progress_("verifying", evidence.bytes / kUsualRow) {}

  Verification verify() {
    result_.properties = scout_.properties();
    facts_.begin(result_.properties);
    check_surroundings();
    if (expected_.since_row) check_anchor(*expected_.since_row);
    while (auto chunk = scout_.next_chunk()) {
      pool_.submit(encode_ids(*chunk));
      submitted_.push_back(std::move(*chunk));
      while (pool_.is_full()) take(pool_.next());
    }
    while (!pool_.is_idle()) take(pool_.next());
    for (const AuditFinding& finding : scout_.finish()) tell(finding);
    repeats_.tell([this](const AuditFinding& finding) { tell(finding); });
    conclude();
    facts_.end(result_.found, result_.verified, result_.last_counter, result_.last_hash);
    return std::move(result_);
  }

 private:
  // The first chunk tells whether there is work enough for a table, which all workers then share.
  CheckPlan make_plan() {
    const std::uint64_t rows = scout_.waiting() < request_.chunk_rows ? scout_.waiting() : kTablePays;
    const auto engine = [&](const std::optional<Point>& key, std::uint64_t signatures) {
      return key ? std::shared_ptr<VerifyEngine>(make_engine(request_.engine, *key, signatures)) : nullptr;
    };
    return {engine(request_.key, rows), engine(request_.oem_ca, rows * kOemColumns),
            engine(request_.nxp_ca, rows), request_.certificates};
  }

  void check_surroundings() {
    for (const std::string& sidecar : evidence_.sidecars)
      tell({AuditKind::journal, 0, std::nullopt, "",
            escaped(sidecar) + " lies beside the log and is ignored"});
    const Properties& properties = result_.properties;
    if (properties.version == 1)
      tell({AuditKind::no_owner, 0, std::nullopt, "properties", "the log has no table properties"});
    else if (properties.version == 2 && !is_serial_number(properties.tp_device_id))
      tell({AuditKind::typed_owner, 0, std::nullopt, "tp_device_id", properties.tp_device_id});
    if (!expected_.card || properties.version < 2 || properties.tp_device_id == *expected_.card) return;
    tell({AuditKind::wrong_card, 0, std::nullopt, "tp_device_id",
          fmt::format("TP Device ID and Audit Log ID differ! TP Device ID: {}, Audit Log ID: {}",
                      escaped(*expected_.card), properties.tp_device_id)});
  }

  // The record that was verified last must still stand in its row.
  void check_anchor(std::int64_t row) {
    pool_.submit(encode_ids({row}));
    const auto records = records_of(pool_.next(), {row});
    sequence_ = Sequence({row, expected_.since_counter, expected_.since_hash.value_or(Digest{})});
    if (records.empty()) return;
    const RecordFacts& anchor = records.front();
    if (!anchor.new_hash) {
      return tell({AuditKind::rollback, row, expected_.since_counter, "id",
                   "the record that was verified last is not in the log any more"});
    }
    const bool is_same = (!expected_.since_hash || anchor.new_hash == expected_.since_hash) &&
                         (!expected_.since_counter || anchor.counter == expected_.since_counter);
    if (!is_same) tell_fork(anchor);
    sequence_ = Sequence({row, anchor.counter, *anchor.new_hash});
  }

  void tell_fork(const RecordFacts& record) {
    tell({AuditKind::fork, record.id, record.counter, "",
          fmt::format("its hash is {}; {} was verified before",
                      record.new_hash ? to_hex(*record.new_hash) : "not known",
                      expected_.since_hash ? to_hex(*expected_.since_hash) : "another counter")});
  }

  void take(Outcome outcome) {
    const std::vector<std::int64_t> ids = std::move(submitted_.front());
    submitted_.pop_front();
    std::vector<RecordFacts> records = records_of(std::move(outcome), ids);
    result_.found += ids.size();
    progress_.advance(ids.size());
    if (records.empty()) return sequence_->skip(ids.back());
    for (RecordFacts& record : records) take(record);
  }

  // None where the workers died, which is told as a finding.
  std::vector<RecordFacts> records_of(Outcome outcome, const std::vector<std::int64_t>& ids) {
    const auto give_up = [&](const std::string& reason) {
      if (!sequence_) start(Start{ids.front() - 1, std::nullopt, {}});
      tell({AuditKind::unverified, ids.front(), std::nullopt, "",
            fmt::format(
                "the {} records from id {} to id {} are not verified: the worker process did not come to its "
                "end ({})",
                ids.size(), ids.front(), ids.back(), reason)});
      return std::vector<RecordFacts>();
    };
    if (!outcome.result) return give_up(outcome.reason);
    try {
      std::vector<RecordFacts> records = decode_records(*outcome.result);
      const bool is_answer = std::ranges::equal(records, ids, {}, &RecordFacts::id);
      return is_answer ? records : give_up("it answered something else");
    } catch (const WireError& error) {
      return give_up(error.what());
    }
  }

  void start(const Start& from) { sequence_ = Sequence(from); }

  // Where the chain must begin. A log that begins with the card's first record is held against the last
  // verified head when it comes to its counter.
  void start_with(const RecordFacts& first) {
    const bool is_whole = first.counter == 1U && first.start_hash == Digest{};
    if (!expected_.since_hash || is_whole) {
      awaits_head_ = expected_.since_hash.has_value();
      return start(Start{});
    }
    start(Start{0, expected_.since_counter, *expected_.since_hash});
  }

  void take(RecordFacts& record) {
    if (!sequence_) start_with(record);
    sequence_->take(record);
    if (awaits_head_) look_for_head(record);
    if (expected_.quota && record.counter && *record.counter > *expected_.quota && over_quota_++ == 0)
      first_over_ = {record.id, *record.counter};
    if (!record.has_rejecting()) ++result_.verified;
    result_.certificates += record.certificates;
    facts_.record(record);
    for (const AuditFinding& finding : record.findings) tell(finding);
    repeats_.note(record);
  }

  void look_for_head(const RecordFacts& record) {
    const bool is_head = record.new_hash == expected_.since_hash;
    const bool has_its_place = expected_.since_counter && record.counter == expected_.since_counter;
    if (!is_head && !has_its_place) return;
    awaits_head_ = false;
    if (!is_head || (expected_.since_counter && !has_its_place)) tell_fork(record);
  }

  void conclude() {
    if (sequence_) {
      result_.last_counter = sequence_->last_counter();
      result_.last_hash = sequence_->last_hash();
    }
    if (result_.found == 0 && !expected_.since_row && result_.is_accepted())
      tell({AuditKind::empty, 0, std::nullopt, "", "it has no record"});
    if (over_quota_ > 0) {
      tell({AuditKind::over_quota, first_over_.first, first_over_.second, "prod_counter",
            fmt::format("{} records have counters above the quota of {}", over_quota_, *expected_.quota)});
    }
    check_rollback();
    check_count();
    check_last_counter();
  }

  void check_rollback() {
    if (expected_.since_row) return;
    const std::uint32_t last = result_.last_counter.value_or(0);
    if (expected_.since_counter && last < *expected_.since_counter) {
      return tell({AuditKind::rollback, 0, last, "prod_counter",
                   fmt::format("it ends with counter {}; it was verified up to {} before", last,
                               *expected_.since_counter)});
    }
    if (!awaits_head_) return;
    tell({AuditKind::rollback, 0, result_.last_counter, "",
          fmt::format("the record that was verified last, with the hash {}, is not in it",
                      to_hex(*expected_.since_hash))});
  }

  void check_count() {
    if (!expected_.records || result_.found == *expected_.records) return;
    const bool is_short = result_.found < *expected_.records;
    tell({is_short ? AuditKind::cut_tail : AuditKind::surplus, 0, result_.last_counter, "",
          fmt::format("it has {} records; expected {} (source: --expect)", result_.found,
                      *expected_.records)});
  }

  void check_last_counter() {
    const std::uint32_t last = result_.last_counter.value_or(expected_.since_counter.value_or(0));
    if (!expected_.counter || last == *expected_.counter) return;
    tell({last < *expected_.counter ? AuditKind::cut_tail : AuditKind::surplus, 0, last, "prod_counter",
          fmt::format("it ends with counter {}; expected {} (source: --expect-counter)", last,
                      *expected_.counter)});
  }

  void tell(const AuditFinding& finding) {
    KindCount& count = result_.findings[finding.kind];
    if (count.count++ == 0) count.first_record = finding.record;
    facts_.finding(finding);
    const AuditKindEntry& entry = entry_of(finding.kind);
    if (entry.severity == AuditSeverity::information) return;
    std::string where;
    if (!result_.properties.tp_device_id.empty()) where = "card " + result_.properties.tp_device_id;
    if (finding.counter) where += fmt::format("{}counter {}", where.empty() ? "" : ", ", *finding.counter);
    report_.fault({std::string(entry.name), rejects(finding.kind) ? Severity::finding : Severity::warning,
                   request_.log, static_cast<std::uint64_t>(std::max<std::int64_t>(finding.record, 0)),
                   finding.field, fmt::format("{}{}{}", where, where.empty() ? "" : ": ", finding.problem),
                   std::string(entry.mend)});
  }

  const Evidence& evidence_;
  const VerifyRequest& request_;
  const Expectations& expected_;
  Report& report_;
  FactsStream facts_;
  Scout scout_;
  CheckPlan plan_;
  WorkerPool pool_;
  Progress progress_;
  Verification result_;
  Repeats repeats_;
  std::deque<std::vector<std::int64_t>> submitted_;
  std::optional<Sequence> sequence_;
  bool awaits_head_ = false;  // the record that was verified last must come
  std::uint64_t over_quota_ = 0;
  std::pair<std::int64_t, std::uint32_t> first_over_;
};

}  // namespace

bool Verification::is_accepted() const {
  return std::ranges::none_of(findings, [](const auto& one) { return rejects(one.first); });
}

std::uint64_t Verification::count(AuditKind kind) const {
  const auto entry = findings.find(kind);
  return entry == findings.end() ? 0 : entry->second.count;
}

Verification verify(const Evidence& evidence, const VerifyRequest& request, Report& report) {
  return Run(evidence, request, report).verify();
}

std::optional<Stated> stated_count(const Expectations& expected) {
  if (expected.records) return Stated{*expected.records, "--expect"};
  if (!expected.counter) return std::nullopt;
  const std::uint32_t before = expected.since_row ? expected.since_counter.value_or(0) : 0;
  return Stated{*expected.counter - std::min(before, *expected.counter), "--expect-counter"};
}

}  // namespace quittance::audit
