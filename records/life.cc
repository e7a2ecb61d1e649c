#include "records/life.h"

namespace quittance {

std::string_view spoken_state(ReceiptState state, TransmissionState of_transmission) {
  if (state != ReceiptState::travelling) return name(state);
  switch (of_transmission) {
    case TransmissionState::reserved:
      return "collected";
    case TransmissionState::built:
    case TransmissionState::unknown:
      return "assigned";
    default:
      return "sent";
  }
}

}  // namespace quittance
