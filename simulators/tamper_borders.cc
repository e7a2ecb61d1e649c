// Bytes moved across the borders of columns: hash and signature stay good, what they mean changes.
#include <algorithm>

#include "base/fault.h"
#include "simulators/tamper.h"

namespace quittance::simulators {
namespace {

// The last byte of one column becomes the first of another.
void move_byte(Bench& bench, std::size_t from, std::size_t to) {
  Bytes& left = blob(bench.row(), from);
  Bytes& right = blob(bench.row(), to);
  right.insert(right.begin(), left.back());
  left.pop_back();
}

std::size_t last_certificate(AuditRow& row) {
  for (std::size_t column = kOemCert + kOemCerts; column-- > kOemCert;) {
    if (std::holds_alternative<Bytes>(row.cells[column])) return column;
  }
  throw usage_failure("the record has no OEM certificate", "take a log with some");
}

void merge(Bench& bench) {
  Bytes& first = blob(bench.row(), kOemCert);
  const Bytes second = blob(bench.row(), kOemCert + 1);
  first.insert(first.end(), second.begin(), second.end());
}

void merge_certificates(Bench& bench) {
  merge(bench);
  auto& cells = bench.row().cells;
  std::rotate(cells.begin() + kOemCert + 1, cells.begin() + kOemCert + 2,
              cells.begin() + kOemCert + kOemCerts);
  cells[kOemCert + kOemCerts - 1] = std::monostate{};
}

void hole(Bench& bench) {
  merge(bench);
  bench.row().cells[kOemCert + 1] = std::monostate{};
}

// A record with one certificate less, all of them one column to the right: every blob is whole.
void shifted(Bench& bench) {
  bench.row().cells[last_certificate(bench.row())] = std::monostate{};
  bench.reseal(bench.at);
  auto& cells = bench.row().cells;
  std::rotate(cells.begin() + kOemCert, cells.begin() + kOemCert + kOemCerts - 1,
              cells.begin() + kOemCert + kOemCerts);
}

void swallow_counter(Bench& bench) {
  Bytes& certificate = blob(bench.row(), last_certificate(bench.row()));
  const Bytes counter = blob(bench.row(), kCounter);
  certificate.insert(certificate.end(), counter.begin(), counter.end());
  blob(bench.row(), kCounter).clear();
}

}  // namespace

std::vector<Tampering> border_tamperings() {
  constexpr Weight kBreaks = Weight::breaks;
  return {
      {"move-nxp-oem",
       {"border"},
       kBreaks,
       "N",
       "a byte moved from nxp_cert to oem_cert_0",
       [](Bench& bench) { move_byte(bench, kNxpCert, kOemCert); }},
      {"move-oem-oem",
       {"border"},
       kBreaks,
       "N",
       "a byte moved from oem_cert_0 to oem_cert_1",
       [](Bench& bench) { move_byte(bench, kOemCert, kOemCert + 1); }},
      {"move-oem-counter",
       {"border", "width"},
       kBreaks,
       "N",
       "a byte moved from the last certificate to prod_counter",
       [](Bench& bench) { move_byte(bench, last_certificate(bench.row()), kCounter); }},
      {"move-counter-hash",
       {"width"},
       kBreaks,
       "N",
       "a byte moved from prod_counter to start_hash",
       [](Bench& bench) { move_byte(bench, kCounter, kStartHash); }},
      {"swallow-counter",
       {"border", "width"},
       kBreaks,
       "N",
       "prod_counter moved to the end of the last certificate",
       swallow_counter},
      {"merge-oem",
       {"border"},
       kBreaks,
       "N",
       "oem_cert_1 moved to the end of oem_cert_0, the others close up",
       merge_certificates},
      {"hole", {"border"}, kBreaks, "N", "oem_cert_1 moved to the end of oem_cert_0 and is NULL", hole},
      {"shifted-oem",
       {"width|type|border"},
       kBreaks,
       "N",
       "one certificate less, the others one column to the right",
       shifted},
  };
}

}  // namespace quittance::simulators
