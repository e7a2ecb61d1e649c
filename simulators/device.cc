// Devices out of a seed.
#include "simulators/device.h"

#include <fmt/core.h>

#include <algorithm>

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kImeis = 1'000'000'000'000;  // the twelve digits behind "35"

}  // namespace

char luhn_digit(std::string_view digits) {
  int sum = 0;
  bool twice = true;
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, twice = !twice) {
    const int digit = (*at - '0') * (twice ? 2 : 1);
    sum += digit / 10 + digit % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

DeviceMaker::DeviceMaker(std::string_view seed)
    : bytes_(seed), first_imei_(bytes_.integer(static_cast<std::uint32_t>(Stream::imei), 0) % kImeis) {}

Device DeviceMaker::make(std::uint64_t number) {
  std::array<std::uint8_t, 16 + 32 + 4> drawn{};
  bytes_.draw(static_cast<std::uint32_t>(Stream::device), number, drawn);
  Device device;
  device.number = number;
  std::copy_n(drawn.begin(), 16, device.suid.begin());
  std::copy_n(drawn.begin() + 16, 32, device.soc_key.begin());
  for (std::size_t i = 48; i < drawn.size(); ++i) device.key_id = device.key_id << 8 | drawn[i];
  device.serial = number;
  device.imei = fmt::format("35{:012}", (first_imei_ + number) % kImeis);
  device.imei += luhn_digit(device.imei);
  return device;
}

}  // namespace quittance::simulators
