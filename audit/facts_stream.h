// What was found, as lines for a program: the ledger reads them from a pipe. docs/audit-log.md has the
// grammar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/record_facts.h"
#include "audit/scout.h"

namespace quittance::audit {

class FactsStream {
 public:
  // `fd`: where the lines go; nothing: nowhere.
  explicit FactsStream(std::optional<int> fd);
  void begin(const Properties& properties);
  void record(const RecordFacts& facts);
  void finding(const AuditFinding& finding);
  // A stream without this line is cut.
  void end(std::uint64_t found, std::uint64_t verified, std::optional<std::uint32_t> last_counter,
           const std::optional<Digest>& last_hash);

 private:
  void put(std::string_view word, std::initializer_list<std::string> fields);
  void flush();
  Fd fd_;
  std::string buffer_;
};

}  // namespace quittance::audit
