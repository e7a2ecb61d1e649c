// The parts of the program: each is one command, described by its table of options, and what it does.
// A new part is one new file and one line in main.cc.
#pragma once

#include "base/options.h"
#include "base/report.h"

namespace quittance::simulators {

struct Part {
  Command command;
  Report (*run)(const Invocation&) = nullptr;
};

[[nodiscard]] Part factory_part();
[[nodiscard]] Part vendor_part();
[[nodiscard]] Part card_part();
[[nodiscard]] Part card_tamper_part();

}  // namespace quittance::simulators
