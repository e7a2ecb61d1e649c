// Receipt lines for tests, written by hand and not by the code under test.
#pragma once

#include <string>
#include <vector>

#include "records/receipt.h"

namespace quittance::sample {

inline const std::string kSuid = "00112233445566778899aabbccddeeff";
inline const std::string kBase64(1024, 'A');  // 768 zero bytes
inline const std::vector<std::string> kOrder = {"suid", "flag",  "receipt",  "imei",
                                                "oem",  "model", "operator", "sip-soc"};

inline LineRules rules() {
  return {Layout(kOrder, ';'), {"suid", "flag", "receipt", "oem", "model"}, ';', "ACME", 64};
}

inline std::vector<std::string> fields() {
  return {kSuid, "0", kBase64, "490154203237518", "ACME", "Meridian-7", "", "Northlake"};
}

inline std::string join(const std::vector<std::string>& fields, const std::string& separator = ";") {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : separator) + fields[i];
  return line;
}

// The sound line with one field replaced.
inline std::string with(const std::string& name, const std::string& value) {
  auto all = fields();
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (kOrder[i] == name) all[i] = value;
  }
  return join(all);
}

}  // namespace quittance::sample
