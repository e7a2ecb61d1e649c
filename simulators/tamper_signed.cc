// Faults under genuine signatures, as a card that lies, was cloned or was personalised again would make
// them, and other signatures over genuine records.
#include <algorithm>
#include <limits>

#include "simulators/der.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

constexpr Weight kBreaks = Weight::breaks;

void add_to_counters(Bench& bench, std::size_t from, std::int64_t add) {
  for (std::size_t i = from; i < bench.log.rows.size(); ++i) {
    AuditRow& row = bench.log.rows[i];
    set_counter(row, static_cast<std::uint32_t>(counter_of(row) + add));
  }
  bench.reseal(from);
}

void counter_wraps(Bench& bench) {
  set_counter(bench.row(), std::numeric_limits<std::uint32_t>::max());
  set_counter(bench.next(), 0);
  bench.reseal(bench.at);
}

void false_start(Bench& bench, std::size_t index) {
  Digest wrong{};
  wrong.back() = 1;
  link(bench.log.rows[index], counter_of(bench.log.rows[index]), wrong);
  sign(bench.log.rows[index], bench.signer, bench.card.signatures);
  bench.reseal(index + 1);
  bench.record = static_cast<std::int64_t>(index) + 1;
}

void personalised_again(Bench& bench) {
  Digest head{};
  std::uint32_t counter = 0;
  for (std::size_t i = bench.at; i < bench.log.rows.size(); ++i) {
    head = link(bench.log.rows[i], ++counter, head);
    sign(bench.log.rows[i], bench.signer, bench.card.signatures);
  }
}

// The same counter and start, another device.
AuditRow clone_of(Bench& bench) {
  AuditRow row = bench.fresh();
  const Bytes& start = blob(bench.row(), kStartHash);
  Digest hash{};
  std::copy(start.begin(), start.end(), hash.begin());
  link(row, counter_of(bench.row()), hash);
  sign(row, bench.signer, bench.card.signatures);
  row.id = bench.row().id;
  return row;
}

void fork(Bench& bench) {
  bench.log.rows.insert(bench.log.rows.begin() + static_cast<std::ptrdiff_t>(bench.at) + 1, clone_of(bench));
  bench.renumber();
  bench.record += 1;
}

void fork_delivery(Bench& bench) {
  bench.know_head();
  bench.record = bench.count();
  bench.row() = clone_of(bench);
  bench.reseal(bench.at + 1);
}

void over_quota(Bench& bench) { bench.asks = {"--quota", std::to_string(counter_of(bench.row()) - 1)}; }

void take_die(AuditRow& row, const AuditRow& from) { row.cells[kNxpCert] = from.cells[kNxpCert]; }

void repeated_die(Bench& bench) {
  take_die(bench.last(), bench.row());
  bench.reseal(bench.log.rows.size() - 1);
  bench.record = bench.count();
}

void retry(Bench& bench) {
  take_die(bench.next(), bench.row());
  bench.reseal(bench.at + 1);
  bench.record += 1;
}

void sign_with(Bench& bench, const P256Key& key) {
  P256Signer other(key);
  sign(bench.row(), other, bench.card.signatures);
}

// One SHA-256 where there must be two.
void hashed_once(Bench& bench) {
  Bytes all;
  for (std::size_t column = 0; column < kSignature; ++column) {
    if (const auto* bytes = std::get_if<Bytes>(&bench.row().cells[column]))
      all.insert(all.end(), bytes->begin(), bytes->end());
  }
  bench.row().cells[kSignature] = encoded(bench.signer.sign(all), bench.card.signatures);
}

RawSignature signature_of(Bench& bench) { return bench.signer.sign(new_hash(bench.row())); }

void loose_der(Bench& bench) {
  const RawSignature signature = signature_of(bench);
  Bytes r(34);  // r has no more than 33 bytes in its shortest form
  std::copy_n(signature.begin(), 32, r.begin() + 2);
  Bytes s(34);
  std::copy_n(signature.begin() + 32, 32, s.begin() + 2);
  bench.row().cells[kSignature] = der(kDerSequence, {der(kDerInteger, {r}), der(kDerInteger, {s})});
}

void little_endian(Bench& bench) {
  RawSignature signature = signature_of(bench);
  std::reverse(signature.begin(), signature.begin() + 32);
  std::reverse(signature.begin() + 32, signature.end());
  bench.row().cells[kSignature] = encoded(signature, LogSignature::raw);
}

void zero_signature(Bench& bench) { bench.row().cells[kSignature] = Bytes(64); }

void borrowed_signature(Bench& bench) { bench.row().cells[kSignature] = bench.next().cells[kSignature]; }

// The card signs six certificates, the table has room for four.
void lost_certificates(Bench& bench) {
  auto& cells = bench.row().cells;
  for (std::size_t i = 0; i < kOemCerts; ++i) {
    if (std::holds_alternative<std::monostate>(cells[kOemCert + i]))
      cells[kOemCert + i] = bench.fresh().cells[kOemCert];
  }
  Bytes& lasting = blob(bench.row(), kOemCert + kOemCerts - 1);
  const std::size_t size = lasting.size();
  const Bytes fifth = blob(bench.next(), kOemCert);
  lasting.insert(lasting.end(), fifth.begin(), fifth.end());
  bench.reseal(bench.at);
  blob(bench.row(), kOemCert + kOemCerts - 1).resize(size);
}

std::vector<Tampering> other_contents() {
  return {
      {"jump",
       {"counter"},
       kBreaks,
       "N",
       "the counters from it on are larger by one",
       [](Bench& bench) { add_to_counters(bench, bench.at, 1); }},
      {"repeat-counter",
       {"counter"},
       kBreaks,
       "N",
       "the counters from it on are smaller by one",
       [](Bench& bench) { add_to_counters(bench, bench.at, -1); }},
      {"restart-counter",
       {"counter"},
       kBreaks,
       "N",
       "the counters from it on begin with 1 again",
       [](Bench& bench) { add_to_counters(bench, bench.at, 1 - std::int64_t{counter_of(bench.row())}); }},
      {"late-counter",
       {"start|counter"},
       kBreaks,
       "1",
       "the first counter is 2",
       [](Bench& bench) {
         add_to_counters(bench, 0, 1);
         bench.record = 1;
       }},
      {"zero-counter",
       {"start|counter"},
       kBreaks,
       "1",
       "the first counter is 0",
       [](Bench& bench) {
         add_to_counters(bench, 0, -1);
         bench.record = 1;
       }},
      {"false-start",
       {"start"},
       kBreaks,
       "1",
       "the first start hash is not zero",
       [](Bench& bench) { false_start(bench, 0); }},
      {"false-chain",
       {"chain"},
       kBreaks,
       "N",
       "it starts with another hash",
       [](Bench& bench) { false_start(bench, bench.at); }},
      {"personalised-again",
       {"chain", "counter"},
       kBreaks,
       "N",
       "from it on the card was personalised again",
       personalised_again},
  };
}

std::vector<Tampering> clones() {
  return {
      {"fork",
       {"fork|counter"},
       kBreaks,
       "N+1",
       "another record of the same counter and start stands behind it",
       fork},
      {"fork-delivery",
       {"fork"},
       kBreaks,
       "last",
       "from it on the records are others than verified before",
       fork_delivery},
      {"counter-wraps",
       {"counter"},
       kBreaks,
       "N",
       "its counter is the largest number, the next is zero",
       counter_wraps},
      {"over-quota", {"over-quota"}, kBreaks, "N", "the quota is one less than its counter", over_quota},
      {"repeated-die",
       {"repeated-die"},
       Weight::alarm,
       "last",
       "the last record is of the same die",
       repeated_die},
      {"retry", {"retry"}, Weight::information, "N+1", "the next record is of the same die", retry},
  };
}

std::vector<Tampering> other_signatures() {
  return {
      {"other-key",
       {"signature"},
       kBreaks,
       "N",
       "it is signed with the OEM's other key",
       [](Bench& bench) { sign_with(bench, bench.keys.oem_id); }},
      {"hashed-once",
       {"signature"},
       kBreaks,
       "N",
       "its signature is over one hash in place of two",
       hashed_once},
      {"little-endian",
       {"signature"},
       kBreaks,
       "N",
       "r and s of its signature are little-endian",
       little_endian},
      {"zero-signature", {"signature"}, kBreaks, "N", "its signature is all zeros", zero_signature},
      {"borrowed-signature",
       {"signature"},
       kBreaks,
       "N",
       "its signature is that of the next",
       borrowed_signature},
      {"twin",
       {},
       Weight::information,
       "N",
       "its signature is (r, n-s) in place of (r, s)",
       [](Bench& bench) {
         bench.row().cells[kSignature] = encoded(malleable_twin(signature_of(bench)), bench.card.signatures);
       }},
      {"der",
       {"der"},
       Weight::information,
       "N",
       "its signature is in DER, those of the others raw",
       [](Bench& bench) { bench.row().cells[kSignature] = encoded(signature_of(bench), LogSignature::der); }},
      {"loose-der",
       {"width|signature"},
       kBreaks,
       "N",
       "its signature is in DER with a zero too many",
       loose_der},
      {"lost-certificates",
       {"lost-certificates|signature"},
       kBreaks,
       "N",
       "it is signed with five certificates",
       lost_certificates},
  };
}

}  // namespace

std::vector<Tampering> signed_tamperings() {
  std::vector<Tampering> table = other_contents();
  for (auto& one : clones()) table.push_back(std::move(one));
  for (auto& one : other_signatures()) table.push_back(std::move(one));
  return table;
}

}  // namespace quittance::simulators
