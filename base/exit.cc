// Which of two exit codes is told to the caller when a run met more than one.
#include "base/exit.h"

namespace quittance {
namespace {

int weight(Exit exit) {
  switch (exit) {
    case Exit::program:
      return 5;
    case Exit::machine:
      return 4;
    case Exit::findings:
      return 3;
    case Exit::unreachable:
      return 2;
    case Exit::ok:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

Exit worse(Exit a, Exit b) { return weight(b) > weight(a) ? b : a; }

}  // namespace quittance
