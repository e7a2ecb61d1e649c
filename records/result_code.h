// The vendor's result codes (manual 4.3.4, table 2) and what each does to a receipt.
#pragma once

#include <span>
#include <string_view>

namespace quittance {

enum class Effect {
  accepted,
  rejected,  // the data must be mended, then re-run
  held,      // people must decide
  retried,   // sent again under a new TID, a configured number of times
};

struct ResultCode {
  int number;
  std::string_view name;  // in SOAP; empty where SOAP has none
  std::string_view meaning;
  Effect effect;
  bool alarm;  // somebody must know at once
  std::string_view mend;
};

[[nodiscard]] std::span<const ResultCode> result_codes();
// Nothing for a number that is not in the table.
[[nodiscard]] const ResultCode* find_result_code(int number);

// 114 depends on our own history, so its effect in the table is that of the worse case.
inline constexpr int kAlreadyInDatabase = 114;

}  // namespace quittance
