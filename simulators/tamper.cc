// The bench: what all tamperings need of card, keys and chain.
#include "simulators/tamper.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/fault.h"

namespace quittance::simulators {
namespace {

constexpr std::uint32_t kFarCounters = 3'000'000'000;  // draw certificate keys that no record has

}  // namespace

Bench::Bench(AuditLog valid, const CardState& of, const CardKeys& card_keys, std::size_t number)
    : log(std::move(valid)),
      at(number - 1),
      card(of),
      keys(card_keys),
      form(certificate_plan(card.plan)),
      maker(card.plan, form, keys),
      signer(keys.log),
      record(static_cast<std::int64_t>(number)) {
  if (number < 3 || number + 2 > log.rows.size())
    throw usage_failure(
        fmt::format("record {} of {} has not two records on each side", number, log.rows.size()),
        "name one in the middle with --record, or make a longer log");
}

void Bench::reseal(std::size_t from) {
  for (std::size_t i = from; i < log.rows.size(); ++i) {
    const Digest start = i == 0 ? Digest{} : new_hash(log.rows[i - 1]);
    link(log.rows[i], counter_of(log.rows[i]), start);
    sign(log.rows[i], signer, card.signatures);
  }
}

void Bench::renumber() {
  std::int64_t id = 0;
  for (AuditRow& one : log.rows) one.id = ++id;
}

AuditRow Bench::fresh() {
  ++made_;
  return maker.make(card.next_die + made_, kFarCounters + made_);
}

Die Bench::fresh_die() { return maker.die(card.next_die + ++made_); }

Uuid Bench::die_uuid(const AuditRow& of) const {
  const auto& die = std::get<Bytes>(of.cells[kNxpCert]);
  const std::size_t from = die.size() == kLongDieCertificate ? 184 : 112;
  Uuid uuid{};
  std::copy_n(die.begin() + static_cast<std::ptrdiff_t>(from), uuid.size(), uuid.begin());
  return uuid;
}

std::vector<AuditRow> Bench::other_card() {
  RecordPlan plan = card.plan;
  plan.seed += "/other";
  plan.card += "0";
  const CertificateTemplate other_form(certificate_plan(plan));
  RecordMaker other(plan, other_form, keys);
  std::vector<AuditRow> rows;
  Digest head{};
  for (std::uint32_t counter = 1; counter <= log.rows.size(); ++counter) {
    rows.push_back(other.make(counter, counter));
    head = link(rows.back(), counter, head);
    sign(rows.back(), signer, card.signatures);
    rows.back().id = counter;
  }
  return rows;
}

void Bench::know_head() {
  asks = {"--since-hash", to_hex(new_hash(last())), "--since-counter", std::to_string(counter_of(last()))};
}

void Bench::write(const Path& path) {
  write_audit_log(path, log);
  if (!statements.empty()) run_sql(path, statements);
  if (!bytes) return;
  std::string content = read_small_file(path, std::size_t{1} << 30);
  bytes(content);
  FileWriter writer(path);
  writer.write(content);
  static_cast<void>(writer.publish(true));
}

const char* name(Weight weight) {
  switch (weight) {
    case Weight::breaks:
      return "breaks the proof";
    case Weight::alarm:
      return "alarm";
    case Weight::warning:
      return "warning";
    case Weight::information:
      break;
  }
  return "information";
}

std::vector<Tampering> all_tamperings() {
  std::vector<Tampering> all;
  for (const auto part : {row_tamperings, cell_tamperings, border_tamperings, signed_tamperings,
                          certificate_tamperings, schema_tamperings, file_tamperings}) {
    for (auto& one : part()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace quittance::simulators
