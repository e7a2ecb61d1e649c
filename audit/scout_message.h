// The first byte of what a scout tells its parent.
#pragma once

#include <cstdint>

namespace quittance::audit {

enum class ScoutMessage : std::uint8_t { properties, chunk, finding, walked, end };

}  // namespace quittance::audit
