// First half of the replay: each entry's rows go to its digest, and what it did is noted.
#include "ledger/replay.h"

#include <fmt/format.h>

#include "ledger/answers.h"
#include "ledger/audit_intake.h"
#include "ledger/history.h"
#include "ledger/intake.h"
#include "ledger/receipts.h"
#include "ledger/row_bytes.h"

namespace quittance {
namespace {

bool has_rows(Database& database, const char* sql, std::int64_t seq) {
  auto& row = database.prepare(sql);
  const bool found = row.bind(seq).step();
  row.reset();
  return found;
}

}  // namespace

std::int64_t Replay::apply(const JournalEntry& entry, Sha256& sha) {
  auto detail = nlohmann::json::parse(entry.detail, nullptr, false);
  if (!detail.is_object()) {
    wrong_(fmt::format("journal entry {}", entry.seq), "its detail can't be read");
    detail = nlohmann::json::object();
  }
  last_seq_ = entry.seq;
  std::int64_t count = 0;
  try {
    if (entry.what == "init") genesis_ = detail;
    if (detail.contains("first")) count += collected(entry, detail, sha);
    if (entry.what == "reserve") count += reserved(entry, detail, sha);
    if (entry.what == "acknowledge") count += answered(entry, detail, sha);
    if (entry.what == "import-history") {
      const auto lines = feed_history(ledger_.database(), entry.seq, sha);
      history_ += lines;
      count += lines;
    }
    if (entry.what == "verify") count += feed_audit_records(ledger_.database(), entry.seq, sha);
    sending(entry, detail);
    if (detail.contains("file")) file(detail);
    for (const auto& no : detail.value("withdrawn", nlohmann::json::array())) {
      events_.push_back({Event::Kind::withdrawn, entry.seq, no.get<std::int64_t>(), 0, 0});
      transmissions_[no].state = static_cast<int>(TransmissionState::superseded);
      transmissions_[no].withdrawn = true;
    }
  } catch (const nlohmann::json::exception&) {
    wrong_(fmt::format("journal entry {}", entry.seq), "its detail can't be read");
    detail = nlohmann::json::object();
  }
  if (has_rows(ledger_.database(),
               "SELECT 1 FROM change WHERE seq = ?1 UNION ALL SELECT 1 FROM amendment WHERE seq = ?1 LIMIT 1",
               entry.seq)) {
    events_.push_back({Event::Kind::changed, entry.seq, 0, 0, detail.value("generation", std::int64_t{0})});
  }
  return count;
}

std::int64_t Replay::collected(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha) {
  const auto first = detail.at("first").get<std::int64_t>();
  const auto last = detail.at("last").get<std::int64_t>();
  channels_[detail.at("channel_id").get<std::int64_t>()] = detail.at("channel").get<std::string>();
  Statement rows(
      ledger_.database(),
      fmt::format(
          "SELECT {} FROM receipt r JOIN delivery d ON d.id = r.id WHERE r.id BETWEEN ? AND ? ORDER BY r.id",
          kDeliveredColumns));
  rows.bind(first, last);
  const auto count = feed_rows(sha, rows);
  if (first != last_receipt_ + 1)
    wrong_(fmt::format("journal entry {}", entry.seq),
           fmt::format("its receipts begin at {}, {} is expected", first, last_receipt_ + 1));
  if (first < 1 || last < first - 1 || last - first + 1 != count) {
    wrong_(fmt::format("journal entry {}", entry.seq),
           fmt::format("{} of its receipts {} to {} are there", count, first, last));
    return count;  // such a range may be anything: it is not gone through
  }
  last_receipt_ = last;
  events_.push_back({Event::Kind::collected, entry.seq, first, last, 0});
  return count;
}

std::int64_t Replay::reserved(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha) {
  const auto no = detail.at("transmission").get<std::int64_t>();
  auto& transmission = transmissions_[no];
  transmission.tid = entry.object;
  transmission.channel = detail.at("channel").get<std::string>();
  transmission.channel_id = detail.at("channel_id").get<std::int64_t>();
  transmission.members = detail.at("members").get<std::int64_t>();
  transmission.reserved_at = entry.at;
  feed_members(ledger_.database(), no, sha);
  events_.push_back({Event::Kind::reserved, entry.seq, no, 0, 0});
  return transmission.members;
}

std::int64_t Replay::answered(const JournalEntry& entry, const nlohmann::json& detail, Sha256& sha) {
  const auto no = detail.at("transmission").get<std::int64_t>();
  auto& transmission = transmissions_[no];
  if (transmission.state != static_cast<int>(TransmissionState::superseded)) {
    transmission.state = static_cast<int>(detail.at("refused").get<bool>() ? TransmissionState::refused
                                                                           : TransmissionState::acknowledged);
  }
  transmission.answered_at = entry.at;
  if (transmission.sent_at == 0) transmission.sent_at = entry.at;
  events_.push_back({Event::Kind::answered, entry.seq, no, 0, 0});
  return feed_answered(ledger_.database(), no, entry.seq, sha);
}

void Replay::sending(const JournalEntry& entry, const nlohmann::json& detail) {
  if (entry.what != "built" && entry.what != "attempt" && entry.what != "sent" && entry.what != "failed")
    return;
  auto& transmission = transmissions_[detail.at("transmission").get<std::int64_t>()];
  auto& state = transmission.state;
  if (entry.what == "built") {
    state = static_cast<int>(TransmissionState::built);
    transmission.bytes = detail.at("bytes").get<std::int64_t>();
    transmission.sha256 = detail.at("sha256").get<std::string>();
  }
  if (entry.what == "attempt") {
    ++transmission.attempts;
    if (state == static_cast<int>(TransmissionState::built))
      state = static_cast<int>(TransmissionState::unknown);
  }
  if (entry.what == "sent") {
    if (state < static_cast<int>(TransmissionState::sent) ||
        state == static_cast<int>(TransmissionState::refused))
      state = static_cast<int>(TransmissionState::sent);
    transmission.sent_at = entry.at;
    transmission.due_at = detail.at("due").get<std::int64_t>();
  }
  if (entry.what == "failed") {
    ++transmission.failed;
    const bool all = transmission.failed == transmission.attempts;
    if (all && state == static_cast<int>(TransmissionState::unknown))
      state = static_cast<int>(TransmissionState::built);
  }
}

void Replay::file(const nlohmann::json& detail) {
  auto& file = files_[detail.at("file").get<std::int64_t>()];
  file.kind = detail.at("kind").get<std::string>();
  file.source = detail.at("source").get<std::string>();
  file.site = detail.at("site").get<std::string>();
  file.name = detail.at("name").get<std::string>();
  if (detail.contains("state")) {
    file.state = detail.at("state").get<std::string>();
    ++tallies_[{"files", "quarantined"}];
    return;
  }
  file.bytes = detail.at("bytes").get<std::int64_t>();
  file.counts.lines += detail.at("lines").get<std::int64_t>();
  file.counts.blank += detail.at("blank").get<std::int64_t>();
  file.counts.repeats += detail.at("repeats").get<std::int64_t>();
  file.counts.quarantined += detail.at("quarantined").get<std::int64_t>();
  file.counts.taken += detail.at("taken").get<std::int64_t>();
  tallies_[{"lines", "repeats"}] += detail.at("repeats").get<std::int64_t>();
  tallies_[{"lines", "quarantined"}] += detail.at("quarantined").get<std::int64_t>();
  if (detail.contains("sha256")) {
    file.state = "done";
    file.sha256 = detail.at("sha256").get<std::string>();
  }
}

}  // namespace quittance
