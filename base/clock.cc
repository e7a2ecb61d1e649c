// UTC times as text and back. Reading is strict: what is accepted is written back the same.
#include "base/clock.h"

#include <fmt/format.h>

#include <atomic>
#include <ctime>
#include <limits>

#include "base/text.h"

namespace quittance {
namespace {

constexpr Seconds kNotHeld = std::numeric_limits<Seconds>::min();
std::atomic<Seconds> held = kNotHeld;

std::tm utc(Seconds at) {
  const std::time_t time = at;
  std::tm parts{};
  (void)gmtime_r(&time, &parts);  // fails only for years that don't fit an int, and leaves zeros then
  return parts;
}

std::string to_day(Seconds at) {
  const std::tm parts = utc(at);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

// The digits of `text` at `from` as a number; the caller compares the whole text afterwards.
int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
  return value;
}

Seconds unit(char letter) {
  switch (letter) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    default:
      return 0;
  }
}

}  // namespace

Seconds now() {
  const Seconds at = held.load();
  return at == kNotHeld ? std::time(nullptr) : at;
}

void hold_clock(Seconds at) { held = at; }

std::string to_text(Seconds at) {
  const std::tm parts = utc(at);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_day(at), parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string to_date(Seconds at) {
  const std::tm parts = utc(at);
  return fmt::format("{:04}{:02}{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::optional<Seconds> parse_time(std::string_view text) {
  constexpr std::size_t kDay = 10;
  constexpr std::size_t kWhole = 20;
  if (text.size() != kDay && text.size() != kWhole) return std::nullopt;
  std::tm parts{};
  parts.tm_year = digits(text, 0, 4) - 1900;
  parts.tm_mon = digits(text, 5, 2) - 1;
  parts.tm_mday = digits(text, 8, 2);
  if (text.size() == kWhole) {
    parts.tm_hour = digits(text, 11, 2);
    parts.tm_min = digits(text, 14, 2);
    parts.tm_sec = digits(text, 17, 2);
  }
  const Seconds at = timegm(&parts);
  // timegm rounds 30 February and letters to some other time; only the exact spelling comes back.
  if ((text.size() == kDay ? to_day(at) : to_text(at)) != text) return std::nullopt;
  return at;
}

std::optional<Seconds> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const Seconds factor = unit(text.back());
  const auto count = parse_integer<std::uint32_t>(text.substr(0, text.size() - 1));
  if (factor == 0 || !count) return std::nullopt;
  return factor * static_cast<Seconds>(*count);
}

}  // namespace quittance
