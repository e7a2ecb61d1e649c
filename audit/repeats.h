// Dies and certificate keys that occur more than once in a log of any size: noted record by record,
// sorted at the end.
#pragma once

#include <cstdint>
#include <functional>

#include "audit/record_facts.h"
#include "audit/spill.h"

namespace quittance::audit {

class Repeats {
 public:
  // `room`: entries in memory at once.
  explicit Repeats(std::size_t room = kRoom);
  void note(const RecordFacts& record);
  // A finding for each occurrence but the first, in the order of the records. The same die in the next
  // record with the next counter is a retry, and so is a key that it brings along.
  void tell(const std::function<void(const AuditFinding&)>& give);

 private:
  static constexpr std::size_t kRoom = 500'000;  // 28 MB

  enum class What : std::uint32_t { die, key };
  struct Place {
    std::uint64_t index = 0;  // of the record in the walk
    std::int64_t id = 0;
    std::uint32_t counter = 0;
    bool has_counter = false;
  };
  struct Seen {
    std::uint64_t high = 0;  // the first 16 bytes of the digest: to repeat these by chance takes 2^64 records
    std::uint64_t low = 0;
    std::uint64_t die = 0;  // the first 8 of the die's
    Place place;
    What what = What::die;
    bool operator<(const Seen& other) const;
  };
  struct Again {
    Place place;
    Place first;
    AuditKind kind = AuditKind::die_repeated;
    bool operator<(const Again& other) const;
  };
  void pair_up(const Seen& before, const Seen& now, const Place& first);

  SpillSort<Seen> seen_;
  SpillSort<Again> again_;
  std::uint64_t index_ = 0;
};

}  // namespace quittance::audit
