#include "ledger/answers.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "base/text.h"
#include "ledger/row_bytes.h"
#include "records/result_code.h"

namespace quittance {
namespace {

struct Member {
  Suid suid;
  std::int64_t receipt = 0;
  Outcome outcome = Outcome::unanswered;
  ReceiptState state = ReceiptState::travelling;
  int code = -1;
  int retries = 0;
  bool newest = true;  // no later transmission holds the receipt
};

struct Decision {
  const Member* member;
  Outcome outcome;
  int code;
  std::uint32_t line;
};

std::vector<Member> load_members(Database& database, std::int64_t transmission) {
  Statement rows(
      database,
      "SELECT r.suid, m.receipt, m.outcome, r.state, coalesce(m.code, -1), r.retries, r.transmission = "
      "m.transmission "
      "FROM member m JOIN receipt r ON r.id = m.receipt WHERE m.transmission = ? ORDER BY m.receipt");
  rows.bind(transmission);
  std::vector<Member> out;
  while (rows.step()) {
    out.push_back({Suid::from(rows.blob(0)), rows.integer(1), static_cast<Outcome>(rows.integer(2)),
                   static_cast<ReceiptState>(rows.integer(3)), static_cast<int>(rows.integer(4)),
                   static_cast<int>(rows.integer(5)), rows.integer(6) != 0});
  }
  return out;
}

// The transmissions that ever held a receipt, from the newest back.
std::string chain_of(const std::string& receipts) {
  return "WITH RECURSIVE chain (receipt, no) AS (SELECT id, transmission FROM receipt WHERE " + receipts +
         " AND transmission IS NOT NULL UNION SELECT c.receipt, m.earlier FROM chain c JOIN member m ON "
         "m.transmission = c.no "
         "AND m.receipt = c.receipt WHERE m.earlier IS NOT NULL) ";
}

// 114 is good news when we ourselves sent these bytes before and never saw an answer (an attempt of
// unknown end, a transmission taken back, or the time before this ledger), or when the answer that came
// late accepted them: the second delivery was ours then.
bool sent_before_unanswered(Database& database, std::int64_t transmission, std::int64_t receipt) {
  static const std::string kSql =
      chain_of("id = ?2") +
      "SELECT (SELECT sum(event = 'began') - sum(event = 'failed') FROM sending WHERE transmission = ?1) > 1 "
      "OR EXISTS (SELECT 1 FROM chain c JOIN member m ON m.transmission = c.no AND m.receipt = c.receipt "
      "WHERE c.no < ?1 "
      "AND m.outcome IN (0, 1, 5) AND EXISTS (SELECT 1 FROM sending s WHERE s.transmission = c.no AND "
      "s.event = 'began')) "
      "OR EXISTS (SELECT 1 FROM history h JOIN receipt r ON r.suid = h.suid AND r.digest = h.digest WHERE "
      "r.id = ?2)";
  auto& row = database.prepare(kSql);
  const bool found = row.bind(transmission, receipt).step() && row.integer(0) != 0;
  row.reset();
  return found;
}

Outcome outcome_of(Database& database, std::int64_t transmission, const Member& member, int code,
                   int most_retries) {
  if (code == kAlreadyInDatabase) {
    return sent_before_unanswered(database, transmission, member.receipt) ? Outcome::accepted : Outcome::held;
  }
  switch (find_result_code(code)->effect) {
    case Effect::accepted:
      return Outcome::accepted;
    case Effect::rejected:
      return Outcome::rejected;
    case Effect::held:
      return Outcome::held;
    case Effect::retried:
      break;
  }
  return member.retries < most_retries ? Outcome::retried : Outcome::held;
}

}  // namespace

ReceiptState state_after(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return ReceiptState::accepted;
    case Outcome::rejected:
      return ReceiptState::rejected;
    case Outcome::held:
      return ReceiptState::held;
    default:
      return ReceiptState::collected;
  }
}

bool answer_moves_receipt(Outcome outcome, ReceiptState state, bool newest) {
  if (newest && state == ReceiptState::travelling) return true;
  const bool open = state != ReceiptState::accepted && state != ReceiptState::settled;
  return outcome == Outcome::accepted && open;
}

namespace {

class Applier {
 public:
  Applier(Act& act, Answer& answer, int most_retries, const std::function<void(const AnswerRemark&)>& remark)
      : act_(act),
        answer_(answer),
        most_retries_(most_retries),
        remark_(remark),
        close_member_(act.database(),
                      "UPDATE OR FAIL member SET outcome=?, code=?, answer=?, line=?, message=? WHERE "
                      "transmission=? AND receipt=?"),
        move_receipt_(act.database(),
                      "UPDATE OR FAIL receipt SET state=?, code=?, reason=?, retries=retries+? WHERE id=?"),
        members_(load_members(act.database(), answer.transmission)) {}

  AnswerResult run() {
    std::sort(members_.begin(), members_.end(),
              [](const Member& a, const Member& b) { return a.suid < b.suid; });
    std::sort(answer_.lines.begin(), answer_.lines.end());
    decide();
    std::sort(decisions_.begin(), decisions_.end(),
              [](const Decision& a, const Decision& b) { return a.member->receipt < b.member->receipt; });
    for (const auto& decision : decisions_) store(decision);
    result_.missing = std::count_if(members_.begin(), members_.end(),
                                    [](const Member& m) { return m.outcome == Outcome::unanswered; }) -
                      closed_unanswered_;
    return result_;
  }

  [[nodiscard]] std::int64_t travelled() const { return travelled_; }

 private:
  // Merges the lines with the members, both in the order of their SUIDs.
  void decide() {
    auto member = members_.begin();
    for (auto line = answer_.lines.begin(); line != answer_.lines.end();) {
      auto end = line;
      bool one_code = true;
      for (; end != answer_.lines.end() && end->suid == line->suid; ++end)
        one_code = one_code && end->code == line->code;
      while (member != members_.end() && member->suid < line->suid) ++member;
      const bool known = member != members_.end() && member->suid == line->suid;
      if (!known)
        odd("unknown-suid", *line, "the transmission has no such receipt");
      else if (!one_code)
        odd("two-codes", *line,
            fmt::format("codes {} and {}: neither is applied", line->code, (end - 1)->code));
      else
        decide(*member, *line);
      line = end;
    }
  }

  void decide(const Member& member, const AnswerLine& line) {
    if (member.outcome != Outcome::unanswered && member.outcome != Outcome::superseded) {
      if (member.code == line.code)
        ++result_.unchanged;
      else
        odd("contradiction", line,
            fmt::format("answered before with code {}, now {}: the first stands", member.code, line.code));
      return;
    }
    const auto outcome = outcome_of(act_.database(), answer_.transmission, member, line.code, most_retries_);
    decisions_.push_back({&member, outcome, line.code, line.line});
  }

  void store(const Decision& decision) {
    const auto& member = *decision.member;
    const auto words = decision.code == 0 ? std::string() : answer_.message_of(decision.line);
    close_member_
        .bind(static_cast<int>(decision.outcome), decision.code, act_.seq(), std::int64_t{decision.line},
              decision.code == 0 ? std::optional<std::string>() : words, answer_.transmission, member.receipt)
        .done();
    ++codes_[decision.code];
    if (member.outcome == Outcome::unanswered) ++closed_unanswered_;
    count(decision.outcome);
    if (answer_moves_receipt(decision.outcome, member.state, member.newest)) move(decision);
    tell(decision, words);
  }

  void move(const Decision& decision) {
    const auto& member = *decision.member;
    const auto state = state_after(decision.outcome);
    const bool used_up =
        decision.outcome == Outcome::held && find_result_code(decision.code)->effect == Effect::retried;
    move_receipt_
        .bind(static_cast<int>(state), decision.code,
              used_up ? std::optional<std::string>("retries used up") : std::nullopt,
              decision.outcome == Outcome::retried ? 1 : 0, member.receipt)
        .done();
    ++moves_[{member.state, state}];
    if (member.state != ReceiptState::travelling) return;
    if (member.newest)
      ++travelled_;
    else
      leave_newest(member.receipt);
  }

  // An older transmission's late acceptance takes the receipt out of the newest one's count.
  void leave_newest(std::int64_t receipt) {
    act_.database()
        .prepare(
            "UPDATE transmission SET travelling = travelling - 1 WHERE no = (SELECT transmission FROM "
            "receipt WHERE id = ?)")
        .bind(receipt)
        .done();
  }

  void count(Outcome outcome) {
    if (outcome == Outcome::accepted) ++result_.accepted;
    if (outcome == Outcome::rejected) ++result_.rejected;
    if (outcome == Outcome::held) ++result_.held;
    if (outcome == Outcome::retried) ++result_.retried;
  }

  void tell(const Decision& decision, const std::string& words) {
    if (decision.code == 0) return;
    const auto* code = find_result_code(decision.code);
    const bool alarm = code->alarm && decision.outcome == Outcome::held;
    const auto suid = decision.member->suid.text();
    if (alarm)
      act_.finding("code-" + std::to_string(decision.code), suid,
                   std::string(code->meaning) + ": " + escaped(words));
    const char* kind = decision.outcome == Outcome::accepted ? "warned" : nullptr;
    remark_({kind != nullptr ? kind : std::string(name(decision.outcome)), suid, decision.line, decision.code,
             words, alarm});
  }

  void odd(const char* kind, const AnswerLine& line, const std::string& what) {
    act_.finding(kind, line.suid.text(), what);
    remark_({kind, line.suid.text(), line.line, line.code, what, false});
  }

 public:
  void tally() {
    for (const auto& [code, n] : codes_) act_.tally("code", std::to_string(code), n);
    for (const auto& [way, n] : moves_) act_.move_tally(way.first, way.second, n);
  }

 private:
  Act& act_;
  Answer& answer_;
  int most_retries_;
  const std::function<void(const AnswerRemark&)>& remark_;
  // OR FAIL: else SQLite keeps, and encrypts, a copy of each page before every one of these updates,
  // for undoing it alone. Here a failure undoes the whole transaction.
  Statement close_member_;
  Statement move_receipt_;
  std::vector<Member> members_;
  std::vector<Decision> decisions_;
  AnswerResult result_;
  std::int64_t travelled_ = 0;
  std::int64_t closed_unanswered_ = 0;
  std::map<int, std::int64_t> codes_;
  std::map<std::pair<ReceiptState, ReceiptState>, std::int64_t> moves_;
};

TransmissionState state_with(TransmissionState before, const Answer& answer) {
  if (before == TransmissionState::superseded) return before;
  if (answer.lines.empty() && answer.code != 0) {
    return before == TransmissionState::acknowledged ? before : TransmissionState::refused;
  }
  return TransmissionState::acknowledged;
}

}  // namespace

Match match_by_suids(Ledger& ledger, std::vector<Suid> suids) {
  Match match;
  std::sort(suids.begin(), suids.end());
  if (suids.empty()) return match;
  suids.erase(std::unique(suids.begin(), suids.end()), suids.end());
  Statement candidates(
      ledger.database(),
      chain_of("suid = ?") +
          "SELECT DISTINCT t.no FROM chain c JOIN transmission t ON t.no = c.no WHERE t.state IN "
          "(1, 2, 3, 5) OR (t.state = 4 AND t.travelling > 0) ORDER BY t.no");
  candidates.bind(suids.front().bytes);
  while (candidates.step()) {
    const auto no = candidates.integer(0);
    auto members = load_members(ledger.database(), no);
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.suid < b.suid; });
    const bool all = std::includes(members.begin(), members.end(), suids.begin(), suids.end(),
                                   [](const auto& a, const auto& b) {
                                     const auto key = [](const auto& x) -> const Suid& {
                                       if constexpr (std::is_same_v<std::decay_t<decltype(x)>, Suid>)
                                         return x;
                                       else
                                         return x.suid;
                                     };
                                     return key(a) < key(b);
                                   });
    if (all) match.transmissions.push_back(no);
  }
  return match;
}

std::optional<std::string> seen_before(Ledger& ledger, const Digest& sha256) {
  auto& row = ledger.database().prepare(
      "SELECT f.name, j.at FROM answer a JOIN file f ON f.id = a.file JOIN journal j ON j.seq = a.seq WHERE "
      "a.sha256 = ? LIMIT 1");
  std::optional<std::string> found;
  if (row.bind(sha256).step())
    found = fmt::format("'{}' of {}", escaped(row.text_view(0)), to_text(row.integer(1)));
  row.reset();
  return found;
}

std::int64_t feed_answered(Database& database, std::int64_t transmission, std::int64_t seq, Sha256& sha) {
  Statement rows(
      database,
      "SELECT r.suid, m.code, m.outcome, m.line, m.message FROM member m JOIN receipt r ON r.id = m.receipt "
      "WHERE m.transmission = ? AND m.answer = ? ORDER BY m.receipt");
  rows.bind(transmission, seq);
  return feed_rows(sha, rows);
}

AnswerResult apply_answer(Act& act, const IncomingFile& file, Answer answer, int most_retries,
                          const std::function<void(const AnswerRemark&)>& remark) {
  auto& database = act.database();
  const auto before = *find_transmission(act.ledger(), answer.transmission);
  database
      .prepare(
          "INSERT INTO answer (seq, transmission, file, sha256, code, message, lines) VALUES (?,?,?,?,?,?,?)")
      .bind(act.seq(), answer.transmission, file.id, answer.sha256, answer.code, answer.message,
            static_cast<std::int64_t>(answer.lines.size()))
      .done();
  Applier applier(act, answer, most_retries, remark);
  auto result = applier.run();
  applier.tally();
  const auto state = state_with(before.state, answer);
  result.refused = state == TransmissionState::refused;
  database
      .prepare(
          "UPDATE transmission SET state = ?, travelling = travelling - ?, answered_at = ?, sent_at = "
          "coalesce(sent_at, ?) "
          "WHERE no = ?")
      .bind(static_cast<int>(state), applier.travelled(), act.at(), act.at(), answer.transmission)
      .done();
  if (!result.refused) act.close_findings(before.tid);
  if (result.refused) {
    act.finding("refused", before.tid,
                fmt::format("global code {}: {}", answer.code, escaped(answer.message)));
    remark({"refused", before.tid, 1, answer.code, answer.message, false});
  } else if (result.missing > 0) {
    act.finding("missing", before.tid, fmt::format("{} receipts have no answer", result.missing));
    remark({"missing", before.tid, 0, 0,
            fmt::format("{} of {} receipts have no line in the answer", result.missing, before.members),
            false});
  }
  const auto failed = result.rejected + result.held + result.retried;
  if (answer.code == 0 && failed > 0) {
    act.finding("global", before.tid, fmt::format("global code 0 over {} failing lines", failed));
    remark({"global", before.tid, 1, 0,
            fmt::format("the global code is 0, but {} lines fail: the lines count", failed), false});
  }
  act.count(feed_answered(database, answer.transmission, act.seq(), act.rows()));
  act.detail()["transmission"] = answer.transmission;
  act.detail()["accepted"] = result.accepted;
  act.detail()["rejected"] = result.rejected;
  act.detail()["held"] = result.held;
  act.detail()["retried"] = result.retried;
  act.detail()["missing"] = result.missing;
  act.detail()["refused"] = result.refused;
  return result;
}

}  // namespace quittance
