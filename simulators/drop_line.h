// Writes the line of one device, rightly or with a defect of the text.
#pragma once

#include <string>

#include "simulators/defects.h"
#include "simulators/device.h"
#include "simulators/layout.h"

namespace quittance::simulators {

// What is the same on all lines of a call.
struct Articles {
  std::string oem = "ACME";
  std::string model = "Meridian-7";
  std::string operator_name;
  std::string sip_soc = "Northlake-NL9000";
};

class DropLines {
 public:
  // A usage Failure when an article holds the separator or a control character.
  DropLines(Layout layout, Articles articles);
  // A usage Failure when the layout lacks the item that a defect would spoil.
  void check(const DefectCounts& counts) const;
  // Appends the line with its end.
  void append(std::string& out, const Device& device, const ReceiptBytes& receipt, Defect defect,
              std::uint32_t variant) const;

 private:
  using Values = std::vector<std::string>;
  [[nodiscard]] std::string value(const std::string& item, const Device& device,
                                  const ReceiptBytes& receipt) const;
  void spoil(Values& values, Defect defect, std::uint32_t variant) const;
  [[nodiscard]] std::string end(Defect defect, std::uint32_t variant) const;
  Layout layout_;
  Articles articles_;
};

}  // namespace quittance::simulators
