#include "ledger/corrections.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/fault.h"
#include "base/text.h"

namespace quittance {
namespace {

bool is_open_failure(ReceiptState state) {
  return state == ReceiptState::rejected || state == ReceiptState::held;
}

Failure no_receipt(const Suid& suid) {
  return usage_failure("the ledger has no receipt of device " + suid.text(),
                       "check the SUID; `quittance show SUID` tells a device's story");
}

std::string why_not(const ReceiptRow& row) {
  if (row.state == ReceiptState::held && row.reason == "conflict")
    return "it conflicts with another receipt: use resolve";
  if (row.state == ReceiptState::travelling) {
    return fmt::format("it is {} in {}: wait for the answer, or `quittance resend` the transmission",
                       row.spoken(), row.tid);
  }
  return fmt::format("it is {}", row.spoken());
}

void set_flag(Act& act, const ReceiptRow& row, const std::string& value) {
  // As a refurbished device it is a generation of its own behind the others.
  auto& others = act.database().prepare("SELECT max(generation) FROM receipt WHERE suid = ? AND id <> ?");
  const auto newest = others.bind(row.suid.bytes, row.id).step() ? others.integer(0) : 0;
  others.reset();
  const auto generation = value == "1" ? std::max(row.generation, newest + 1) : row.generation;
  act.database()
      .prepare("UPDATE receipt SET flag = ?, generation = ? WHERE id = ?")
      .bind(value == "1" ? 1 : 0, generation, row.id)
      .done();
  act.detail()["generation"] = generation;
}

void apply(Act& act, const ReceiptRow& row, const Amendment& amendment) {
  const auto was = current_value(act.ledger(), row, amendment.field);
  act.database()
      .prepare("INSERT INTO amendment (seq, receipt, field, was, value) VALUES (?,?,?,?,?)")
      .bind(act.seq(), row.id, amendment.field, was, amendment.value)
      .done();
  if (amendment.field == "flag") {
    set_flag(act, row, amendment.value);
  } else if (amendment.field == "channel") {
    act.database()
        .prepare("UPDATE receipt SET channel = ? WHERE id = ?")
        .bind(act.ledger().channel(amendment.value), row.id)
        .done();
  } else {
    act.database().prepare("UPDATE receipt SET amended = 1 WHERE id = ?").bind(row.id).done();
  }
}

}  // namespace

RerunChoice choose_for_rerun(const std::vector<ReceiptRow>& candidates) {
  RerunChoice choice;
  for (const auto& row : candidates) {
    const bool refused =
        row.state == ReceiptState::travelling && row.transmission_state == TransmissionState::refused;
    const bool takes = (is_open_failure(row.state) && row.reason != "conflict") || refused;
    if (takes)
      choice.take.push_back(row);
    else
      choice.refused.emplace_back(row, why_not(row));
    choice.supersedes = choice.supersedes || refused;
  }
  return choice;
}

std::int64_t rerun(Ledger& ledger, const std::string& object, const std::vector<ReceiptRow>& receipts,
                   std::int64_t superseded, const std::string& reason) {
  Act act(ledger, "rerun", object);
  act.detail()["reason"] = reason;
  std::int64_t count = 0;
  if (superseded != 0) {
    count += withdraw(act, superseded);
    act.close_findings(find_transmission(ledger, superseded)->tid);
  }
  for (const auto& row : receipts) {
    if (!is_open_failure(row.state)) continue;
    act.change(row.id, row.state, ReceiptState::collected, "rerun");
    act.close_findings(row.suid.text());
    ++count;
  }
  act.commit();
  return count;
}

ReceiptRow amendable(Ledger& ledger, const Suid& suid) {
  const auto rows = receipts_of(ledger, suid);
  if (rows.empty()) throw no_receipt(suid);
  const auto found = std::find_if(rows.rbegin(), rows.rend(), [](const ReceiptRow& r) {
    return r.state == ReceiptState::collected || is_open_failure(r.state);
  });
  if (found != rows.rend()) return *found;
  throw usage_failure(
      fmt::format("the receipt of device {} can't be amended: {}", suid.text(), why_not(rows.back())),
      "only what waits, was rejected or is held can be amended");
}

std::string current_value(Ledger& ledger, const ReceiptRow& row, const std::string& field) {
  if (field == "channel") return row.channel;
  if (field == "flag") return std::to_string(row.flag);
  ReceiptCursor cursor(ledger, "r.id = ?1", row.id);
  if (!cursor.next()) return "";
  const auto& receipt = cursor.receipt();
  switch (field_of(field)) {
    case Field::imei:
      return receipt.imei;
    case Field::model:
      return receipt.model;
    case Field::operator_name:
      return receipt.operator_name;
    case Field::sip_soc:
      return receipt.sip_soc;
    default:
      break;
  }
  const auto found = receipt.items.find(field);
  return found == receipt.items.end() ? "" : found->second;
}

void amend(Ledger& ledger, const ReceiptRow& row, const std::vector<Amendment>& amendments,
           const std::string& reason, bool rerun_too) {
  Act act(ledger, "amend", row.suid.text());
  act.detail()["reason"] = reason;
  act.detail()["receipt"] = row.id;
  for (const auto& amendment : amendments) apply(act, row, amendment);
  if (rerun_too && is_open_failure(row.state)) {
    act.change(row.id, row.state, ReceiptState::collected, "amended");
    act.close_findings(row.suid.text());
  }
  act.commit();
}

ReceiptRow resolve(Ledger& ledger, const Suid& suid, const std::string& keep, const std::string& reason) {
  const auto rows = receipts_of(ledger, suid);
  if (rows.empty()) throw no_receipt(suid);
  std::vector<ReceiptRow> rivals;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(rivals),
               [](const ReceiptRow& r) { return r.state == ReceiptState::held && r.reason == "conflict"; });
  std::vector<ReceiptRow> kept;
  std::copy_if(rivals.begin(), rivals.end(), std::back_inserter(kept),
               [&](const ReceiptRow& r) { return to_hex(r.digest).starts_with(lower(keep)); });
  if (kept.size() != 1) {
    std::string digests;
    for (const auto& rival : rivals) digests += "\n  " + to_hex(rival.digest);
    throw usage_failure(
        rivals.empty() ? "no receipts of device " + suid.text() + " are in conflict"
                       : fmt::format("'{}' names {} of the receipts in conflict", escaped(keep), kept.size()),
        rivals.empty() ? "`quittance show " + suid.text() + "` tells its story" : "keep one of:" + digests);
  }
  Act act(ledger, "resolve", suid.text());
  act.detail()["reason"] = reason;
  act.detail()["keep"] = to_hex(kept.front().digest);
  for (const auto& rival : rivals) {
    const bool keeps = rival.id == kept.front().id;
    act.change(rival.id, rival.state, keeps ? ReceiptState::collected : ReceiptState::settled,
               keeps ? "resolved" : "written-off");
  }
  act.close_findings(suid.text());
  act.commit();
  return kept.front();
}

std::vector<ReceiptRow> settle(Ledger& ledger, const Suid& suid, const std::string& as,
                               const std::string& reason) {
  const auto rows = receipts_of(ledger, suid);
  if (rows.empty()) throw no_receipt(suid);
  std::vector<ReceiptRow> open;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(open), [](const ReceiptRow& r) {
    return is_open_failure(r.state) || r.state == ReceiptState::collected;
  });
  if (open.empty()) {
    throw usage_failure(
        fmt::format("nothing of device {} is open: its receipt is {}", suid.text(), rows.back().spoken()),
        "settle closes what waits, was rejected or is held");
  }
  Act act(ledger, "settle", suid.text());
  act.detail()["reason"] = reason;
  act.detail()["as"] = as;
  for (const auto& row : open) act.change(row.id, row.state, ReceiptState::settled, as);
  act.close_findings(suid.text());
  act.commit();
  return open;
}

}  // namespace quittance
