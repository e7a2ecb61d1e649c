// The failure that an action ends with; a test that wants one and gets none fails here.
#pragma once

#include <stdexcept>

#include "base/fault.h"

namespace quittance {

template <class Action>
[[nodiscard]] Failure failure_of(Action action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure;
  }
  throw std::logic_error("a failure was expected and none came");
}

}  // namespace quittance
