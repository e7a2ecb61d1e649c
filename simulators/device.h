// A device as the factory makes it: the same seed and number give the same device.
#pragma once

#include <string>

#include "simulators/kph.h"
#include "simulators/seeded_bytes.h"

namespace quittance::simulators {

// Streams of SeededBytes, so that no two uses draw the same bytes.
enum class Stream : std::uint32_t { device, imei, choice, receipt };

struct Device {
  std::uint64_t number = 0;  // counted from 1 within a seed
  Suid suid{};
  std::array<std::uint8_t, 32> soc_key{};
  std::uint32_t key_id = 0;
  std::uint64_t serial = 0;
  std::string imei;  // 15 digits with a right Luhn digit
};

class DeviceMaker {
 public:
  explicit DeviceMaker(std::string_view seed);
  [[nodiscard]] Device make(std::uint64_t number);

 private:
  SeededBytes bytes_;
  std::uint64_t first_imei_;
};

[[nodiscard]] char luhn_digit(std::string_view digits);

}  // namespace quittance::simulators
