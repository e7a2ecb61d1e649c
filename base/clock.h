// UTC seconds and their text. The clock can be held at a given time (--now) so that a night can be
// repeated exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quittance {

using Seconds = std::int64_t;  // since 1970-01-01T00:00:00Z

[[nodiscard]] Seconds now();
void hold_clock(Seconds at);
[[nodiscard]] std::string to_text(Seconds at);  // 2026-11-20T02:00:00Z
[[nodiscard]] std::string to_date(Seconds at);  // 20261120
// Reads "2026-11-20T02:00:00Z" or "2026-11-20".
[[nodiscard]] std::optional<Seconds> parse_time(std::string_view text);
// Reads "90s", "15m", "24h", "3d".
[[nodiscard]] std::optional<Seconds> parse_duration(std::string_view text);

}  // namespace quittance
