#include "ledger/intake.h"

#include <fmt/format.h>
#include <algorithm>

#include "ledger/transmissions.h"

namespace quittance {
namespace {

constexpr auto kConflict = "conflict";
constexpr auto kAfterSending = "re-work after sending";

bool out_of_play(ReceiptState state, const std::string& reason) {
  return state == ReceiptState::settled && reason != "accepted";
}

bool other_site(const std::string& site, const std::string& mine) { return site != mine; }

bool is_held(Taken taken) {
  return taken == Taken::held_conflict || taken == Taken::held_after_sending || taken == Taken::held_unsigned;
}

std::string items_text(const CustomItems& items) {
  return items.empty() ? std::string() : nlohmann::json(items).dump();
}

}  // namespace

const char* const kDeliveredColumns =
    "r.suid, r.digest, r.file, r.line, d.flag, d.generation, d.channel, d.imei, d.model, d.operator, "
    "d.sip_soc, d.items, d.tail";

Intake::Intake(Act& act, IntakeRules rules)
    : act_(act),
      rules_(std::move(rules)),
      channel_(act.ledger().channel(rules_.channel)),
      next_suid_(act.database(), "SELECT suid FROM receipt WHERE suid >= ? ORDER BY suid LIMIT 1"),
      known_(act.database(),
             "SELECT r.id, r.digest, r.generation, r.state, coalesce(r.reason, ''), f.site, "
             "coalesce(r.transmission, 0), "
             "coalesce(t.state IN (0, 1) AND t.attempts = 0, 0) FROM receipt r JOIN file f ON f.id = r.file "
             "LEFT JOIN transmission t ON t.no = r.transmission WHERE r.suid = ? ORDER BY r.id"),
      insert_receipt_(act.database(),
                      "INSERT INTO receipt (id, suid, digest, file, line, channel, flag, generation, state) "
                      "VALUES (?,?,?,?,?,?,?,?,0)"),
      insert_delivery_(act.database(),
                       "INSERT INTO delivery (id, receipt, flag, generation, channel, imei, model, operator, "
                       "sip_soc, items, tail) VALUES (?,?,?,?,?,?,?,?,?,?,?)") {
  announce(act_, rules_.file);
  auto& last = act_.database().prepare("SELECT max(id) FROM receipt");
  first_id_ = next_id_ = (last.step() ? last.integer(0) : 0) + 1;
  last.reset();
  auto& row = act_.database().prepare("SELECT 1 FROM history LIMIT 1");
  has_history_ = row.step();
  row.reset();
}

// Most devices are new. Since they come in order, one look at the index tells it of all that come
// before the next device that the ledger has.
bool Intake::is_new(const Suid& suid) {
  if (has_gap_ && gap_begins_ < suid && (!gap_ends_ || suid < *gap_ends_)) {
    gap_begins_ = suid;  // it is about to be stored
    return true;
  }
  gap_begins_ = suid;
  gap_ends_.reset();
  if (next_suid_.bind(suid.bytes).step()) gap_ends_ = Suid::from(next_suid_.blob(0));
  next_suid_.reset();
  has_gap_ = gap_ends_ != suid;
  return has_gap_;
}

std::vector<Intake::Known> Intake::known(const Suid& suid) {
  if (is_new(suid)) return {};
  auto& row = known_.bind(suid.bytes);
  std::vector<Known> out;
  while (row.step()) {
    Known one{row.integer(0), {},          row.integer(2), static_cast<ReceiptState>(row.integer(3)),
              row.text(4),    row.text(5), row.integer(6), row.integer(7) != 0};
    std::copy_n(row.blob(1).begin(), one.digest.size(), one.digest.begin());
    out.push_back(std::move(one));
  }
  row.reset();
  return out;
}

int Intake::history(const Suid& suid, const Digest& digest) {
  if (!has_history_) return 0;
  auto& row = act_.database().prepare("SELECT max(digest = ?2), count(*) FROM history WHERE suid = ?1");
  row.bind(suid.bytes, digest);
  const bool stepped = row.step();
  const int found = !stepped || row.integer(1) == 0 ? 0 : (row.integer(0) != 0 ? 2 : 1);
  row.reset();
  return found;
}

TakenReceipt Intake::judge_first(const Receipt& receipt, const Digest& digest) {
  const int before = history(receipt.suid, digest);
  if (receipt.flag == 1)
    return {before == 0 ? Taken::collected : Taken::new_generation, "", false, before == 0 ? 112 : 0};
  if (before == 0) return {};
  if (before == 2) return {Taken::collected, "", false, 114};
  return {Taken::held_after_sending, "sent before this ledger existed", false, 114};
}

// Takes an earlier receipt out of a transmission that nobody ever tried to send.
void Intake::unsend(Known& earlier) {
  if (earlier.state != ReceiptState::travelling) return;
  withdraw(act_, earlier.transmission);
  earlier.state = ReceiptState::collected;
}

TakenReceipt Intake::judge_rework(const Receipt& receipt, const std::vector<Known>& rivals) {
  auto waits = [](const Known& k) {
    return k.state == ReceiptState::collected || (k.state == ReceiptState::travelling && k.withdrawable) ||
           (k.state == ReceiptState::held && (k.reason == kConflict || k.reason == "unsigned"));
  };
  if (!std::all_of(rivals.begin(), rivals.end(), waits)) {
    return {Taken::held_after_sending,
            "receipt " + to_hex(rivals.back().digest).substr(0, 16) + " is already on its way", false, 114};
  }
  const bool same_site =
      std::all_of(rivals.begin(), rivals.end(), [&](const Known& k) { return k.site == rules_.file.site; });
  const bool replace = rules_.newest_rework_wins && same_site;
  for (auto rival : rivals) {
    unsend(rival);
    if (replace) {
      act_.change(rival.id, rival.state, ReceiptState::settled, "replaced by re-work");
    } else if (rival.state == ReceiptState::collected) {
      act_.change(rival.id, rival.state, ReceiptState::held, kConflict);
    }
  }
  if (replace) {
    act_.close_findings(receipt.suid.text());
    return {Taken::replaced_earlier, to_hex(rivals.back().digest).substr(0, 16), false, 0};
  }
  return {Taken::held_conflict, "receipt " + to_hex(rivals.back().digest).substr(0, 16), false, 0};
}

TakenReceipt Intake::judge(const Receipt& receipt, const Digest& digest, const std::vector<Known>& earlier,
                           std::int64_t& generation) {
  for (const auto& one : earlier) {
    if (one.digest == digest) return {Taken::repeat, "", false, 0};
  }
  if (earlier.empty()) return judge_first(receipt, digest);
  std::int64_t newest = 0;
  for (const auto& one : earlier) newest = std::max(newest, one.generation);
  if (receipt.flag == 1) {
    generation = newest + 1;
    return {Taken::new_generation, "", false, 0};
  }
  generation = newest;
  std::vector<Known> rivals;
  std::copy_if(earlier.begin(), earlier.end(), std::back_inserter(rivals),
               [&](const Known& k) { return k.generation == newest && !out_of_play(k.state, k.reason); });
  if (rivals.empty()) return {};
  return judge_rework(receipt, rivals);
}

TakenReceipt Intake::take(const Receipt& receipt, const Digest& digest, std::int64_t line, bool is_signed) {
  const auto earlier = known(receipt.suid);
  std::int64_t generation = 1;
  auto taken = judge(receipt, digest, earlier, generation);
  const auto elsewhere = std::find_if(earlier.begin(), earlier.end(),
                                      [&](const Known& k) { return other_site(k.site, rules_.file.site); });
  if (elsewhere != earlier.end()) {
    taken.other_site = true;
    taken.note += (taken.note.empty() ? "" : ", ") + fmt::format("first seen at site '{}'", elsewhere->site);
    act_.finding("two-sites", receipt.suid.text(),
                 fmt::format("sites '{}' and '{}', file {} line {}", elsewhere->site, rules_.file.site,
                             rules_.file.name, line));
  }
  if (taken.what == Taken::repeat) return taken;
  store(receipt, digest, line, generation);
  if (!is_signed && !is_held(taken.what)) taken = {Taken::held_unsigned, taken.note, taken.other_site, 107};
  if (is_held(taken.what)) hold(receipt, taken);
  ++next_id_;
  ++taken_;
  return taken;
}

void Intake::store(const Receipt& receipt, const Digest& digest, std::int64_t line, std::int64_t generation) {
  const auto items = items_text(receipt.items);
  insert_receipt_
      .bind(next_id_, receipt.suid.bytes, digest, rules_.file.id, line, channel_, receipt.flag, generation)
      .done();
  insert_delivery_
      .bind(next_id_, ByteView(receipt.bytes), receipt.flag, generation, channel_, receipt.imei,
            receipt.model, receipt.operator_name, receipt.sip_soc, items, receipt.tail)
      .done();
  // The columns of kDeliveredColumns: reading a million rows back would cost as much as writing them.
  bytes_.blob(receipt.suid.bytes).blob(digest).integer(rules_.file.id).integer(line);
  bytes_.integer(receipt.flag).integer(generation).integer(channel_);
  for (const auto* text :
       {&receipt.imei, &receipt.model, &receipt.operator_name, &receipt.sip_soc, &items, &receipt.tail})
    bytes_.text(*text);
  bytes_.feed(act_.rows());
}

void Intake::hold(const Receipt& receipt, const TakenReceipt& taken) {
  const char* reason = taken.what == Taken::held_conflict   ? kConflict
                       : taken.what == Taken::held_unsigned ? "unsigned"
                                                            : kAfterSending;
  act_.finding(taken.what == Taken::held_unsigned ? "unsigned" : "conflict", receipt.suid.text(),
               fmt::format("{}: {}", reason, taken.note));
  // The tally of all new receipts follows in finish(); until then this one counts as collected.
  act_.change(next_id_, ReceiptState::collected, ReceiptState::held, reason);
}

void Intake::finish() {
  act_.tally("receipt", std::string(name(ReceiptState::collected)), taken_);
  act_.count(taken_);
  act_.detail()["first"] = first_id_;
  act_.detail()["last"] = next_id_ - 1;
  act_.detail()["channel"] = rules_.channel;
  act_.detail()["channel_id"] = channel_;
}

}  // namespace quittance
