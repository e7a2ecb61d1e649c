// The TID names one transmission for ever (manual 4.5.2.3) and carries a piece of the journal's
// head, so that the vendor's records of our TIDs anchor our history from outside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"

namespace quittance {

// <oem>-<instance>-<UTC date>-<counter>-<first 20 hex digits of the head>, 64 characters at most.
[[nodiscard]] std::string make_tid(std::string_view oem, std::string_view instance, Seconds at,
                                   std::uint64_t counter, const Digest& head);
// Printable ASCII without ';', '/', space or quotes, 1 to 64 characters, not beginning with '.' or '-'.
[[nodiscard]] bool is_tid(std::string_view text);
// An OEM id that fits into a TID: letters, digits, '_', 12 at most.
[[nodiscard]] bool is_oem_id(std::string_view text);

}  // namespace quittance
