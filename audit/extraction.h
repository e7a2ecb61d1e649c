// Writing the certificates of a verified log into files, as `tphost verify` names and writes them.
#pragma once

#include <cstdint>
#include <optional>

#include "audit/evidence.h"

namespace quittance::audit {

enum class Encoding : std::uint8_t { pem, der };

struct ExtractionRequest {
  Path folder;
  Encoding encoding = Encoding::pem;
  bool nxp = true;
  bool oem = true;
  std::optional<unsigned> index;  // of the one OEM certificate wanted, counted without empty columns
  bool replace = false;           // the folder may hold files already
  unsigned processes = 1;
};

struct Extracted {
  std::uint64_t nxp = 0;
  std::uint64_t oem = 0;
};

// Throws the usage Failure for a folder that holds something, unless it may be replaced.
void want_room_for(const ExtractionRequest& request);

// device_NNNNNN_identity_cert.bin and device_NNNNNN_device_cert_N.cer, where NNNNNN is the counter. PEM
// has lines of 64 characters and no newline at its end. Brings all to the disk before it returns.
[[nodiscard]] Extracted extract(const Evidence& evidence, const ExtractionRequest& request,
                                std::uint64_t records);

}  // namespace quittance::audit
