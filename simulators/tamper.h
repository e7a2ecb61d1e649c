// The ways to spoil a valid audit log, and what a verifier must say about each. The words of the findings
// are those of the table in docs/guide.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulators/card_factory.h"

namespace quittance::simulators {

// A valid log on the bench, with all keys at hand. Rows are spoiled in memory; statements and bytes are
// done to the file afterwards.
class Bench {
 public:
  // `record` counts from 1; it has two records before and behind it at least.
  Bench(AuditLog valid, const CardState& card, const CardKeys& card_keys, std::size_t record);

  [[nodiscard]] AuditRow& row() { return log.rows[at]; }
  [[nodiscard]] AuditRow& next() { return log.rows[at + 1]; }
  [[nodiscard]] AuditRow& last() { return log.rows.back(); }
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(log.rows.size()); }

  // What the genuine card would have made of the rows from this one on: start hashes and signatures anew,
  // counters as they are.
  void reseal(std::size_t from);
  void renumber();                 // ids 1, 2, 3, ...
  [[nodiscard]] AuditRow fresh();  // of a device that was never seen; without its place in the chain
  [[nodiscard]] Die fresh_die();
  [[nodiscard]] Uuid die_uuid(const AuditRow& of) const;
  // A log of another card with the same log key, with as many rows.
  [[nodiscard]] std::vector<AuditRow> other_card();
  void know_head();  // verify is told hash and counter of the last record, as it is now
  void write(const Path& path);

  AuditLog log;
  std::size_t at;  // index of the record to be spoiled
  CardState card;
  CardKeys keys;
  CertificateTemplate form;
  RecordMaker maker;
  P256Signer signer;              // the audit log's
  std::int64_t record;            // id of the row where the finding must be, 0: the file as a whole
  std::vector<std::string> asks;  // options that verify needs to find it; KEYS/ is the folder of keys
  std::string statements;
  std::function<void(std::string&)> bytes;

 private:
  std::uint32_t made_ = 0;
};

enum class Weight { breaks, alarm, warning, information };  // the first two are exit 3, the others 0
[[nodiscard]] const char* name(Weight weight);

struct Tampering {
  std::string kind;                   // "swap"
  std::vector<std::string> findings;  // all of them must be told at that record; "a|b": one of these
  Weight weight = Weight::breaks;
  std::string where;    // for people: "N", "N+1", "last", "file"
  std::string summary;  // what is done to record N
  std::function<void(Bench&)> spoil;
};

// Parts of the table, a file each.
[[nodiscard]] std::vector<Tampering> row_tamperings();
[[nodiscard]] std::vector<Tampering> cell_tamperings();
[[nodiscard]] std::vector<Tampering> border_tamperings();
[[nodiscard]] std::vector<Tampering> signed_tamperings();
[[nodiscard]] std::vector<Tampering> certificate_tamperings();
[[nodiscard]] std::vector<Tampering> schema_tamperings();
[[nodiscard]] std::vector<Tampering> file_tamperings();
[[nodiscard]] std::vector<Tampering> all_tamperings();

}  // namespace quittance::simulators
