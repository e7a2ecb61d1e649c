#include "audit/repeats.h"

#include <fmt/format.h>

#include <optional>
#include <tuple>

namespace quittance::audit {
namespace {

std::uint64_t eight(const Digest& digest, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8U | digest[at + i];
  return value;
}

}  // namespace

Repeats::Repeats(std::size_t room) : seen_(room), again_(room / 4 + 1) {}

bool Repeats::Seen::operator<(const Seen& other) const {
  return std::tie(what, high, low, place.index) <
         std::tie(other.what, other.high, other.low, other.place.index);
}

bool Repeats::Again::operator<(const Again& other) const {
  return std::tie(place.index, kind, first.index) <
         std::tie(other.place.index, other.kind, other.first.index);
}

void Repeats::note(const RecordFacts& record) {
  Seen seen;
  seen.place = {index_++, record.id, record.counter.value_or(0), record.counter.has_value()};
  seen.die = record.die ? eight(*record.die, 0) : 0;
  const auto add = [&](What what, const Digest& digest) {
    seen.what = what;
    seen.high = eight(digest, 0);
    seen.low = eight(digest, 8);
    seen_.add(seen);
  };
  if (record.die) add(What::die, *record.die);
  for (const Digest& key : record.keys) add(What::key, key);
}

void Repeats::pair_up(const Seen& before, const Seen& now, const Place& first) {
  const bool is_retry = now.place.index == before.place.index + 1 && now.die == before.die && now.die != 0 &&
                        now.place.has_counter && before.place.has_counter &&
                        now.place.counter == std::uint64_t{before.place.counter} + 1;
  if (now.what == What::key && is_retry) return;  // the retry is told with its die
  const AuditKind alarm = now.what == What::die ? AuditKind::die_repeated : AuditKind::certificate_repeated;
  again_.add({now.place, is_retry ? before.place : first, is_retry ? AuditKind::die_retry : alarm});
}

void Repeats::tell(const std::function<void(const AuditFinding&)>& give) {
  std::optional<Seen> before;
  Place first;
  seen_.drain([&](const Seen& now) {
    const bool is_same =
        before && before->what == now.what && before->high == now.high && before->low == now.low;
    if (is_same) pair_up(*before, now, first);
    if (!is_same) first = now.place;
    before = now;
  });
  again_.drain([&](const Again& again) {
    AuditFinding finding{again.kind, again.place.id, std::nullopt, "nxp_cert", ""};
    if (again.place.has_counter) finding.counter = again.place.counter;
    const bool is_key = again.kind == AuditKind::certificate_repeated;
    if (is_key) finding.field = "oem_cert";
    finding.problem =
        fmt::format("the same {} as in record {}{}", is_key ? "certificate key" : "die", again.first.id,
                    again.first.has_counter ? fmt::format(" (counter {})", again.first.counter) : "");
    give(finding);
  });
}

}  // namespace quittance::audit
