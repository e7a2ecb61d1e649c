// The line of a device, and what can be wrong with its text.
#include "simulators/drop_line.h"

#include <fmt/core.h>

#include "base/fault.h"
#include "base/text.h"

namespace quittance::simulators {
namespace {

constexpr std::uint64_t kLotSize = 1000;
constexpr std::size_t kTooLong = 200;  // bytes, more than any vendor takes

std::string other_check_digit(std::string imei) {
  imei.back() = imei.back() == '9' ? '0' : static_cast<char>(imei.back() + 1);
  return imei;
}

const char* flag_of(Defect defect) {
  if (defect == Defect::flag) return "2";
  return defect == Defect::refurbished || defect == Defect::refurbished_unknown ? "1" : "0";
}

}  // namespace

DropLines::DropLines(Layout layout, Articles articles)
    : layout_(std::move(layout)), articles_(std::move(articles)) {
  for (const auto* text : {&articles_.oem, &articles_.model, &articles_.operator_name, &articles_.sip_soc}) {
    if (text->find(layout_.separator) != std::string::npos || has_control(*text))
      throw usage_failure("\"" + escaped(*text) + "\" holds the separator or a control character",
                          "give another text or another --separator");
  }
}

void DropLines::check(const DefectCounts& counts) const {
  for (const auto& [defect, count] : counts) {
    const DefectKind& kind = kind_of(defect);
    if (count != 0 && *kind.needs != 0 && !layout_.find(kind.needs))
      throw usage_failure(fmt::format("the defect {} needs the item {}", kind.name, kind.needs),
                          "add it to --fields");
  }
}

std::string DropLines::value(const std::string& item, const Device& device,
                             const ReceiptBytes& receipt) const {
  if (item == "suid") return to_hex(device.suid);
  if (item == "flag") return "0";
  if (item == "receipt") return to_base64(receipt);
  if (item == "imei") return device.imei;
  if (item == "oem") return articles_.oem;
  if (item == "model") return articles_.model;
  if (item == "operator") return articles_.operator_name;
  if (item == "sip-soc") return articles_.sip_soc;
  if (item == "lot") return fmt::format("LOT-{:06}", device.number / kLotSize);
  return fmt::format("{}-{:06x}", item, device.key_id & 0xffffff);
}

void DropLines::spoil(Values& values, Defect defect, std::uint32_t variant) const {
  const auto item = [&](const char* name) -> std::string& { return values[*layout_.find(name)]; };
  if (layout_.find("flag")) item("flag") = flag_of(defect);
  switch (defect) {
    case Defect::syntax:
      item("suid")[variant % 32] = 'g';
      break;
    case Defect::empty:
      item("model").clear();
      break;
    case Defect::too_long:
      item("model") = std::string(kTooLong, 'M');
      break;
    case Defect::base64:
      item("receipt")[(variant * 97 + 5) % item("receipt").size()] = '*';
      break;
    case Defect::imei_luhn:
      item("imei") = other_check_digit(item("imei"));
      break;
    case Defect::fields:
      if (variant % 2 == 0)
        values.emplace_back("surplus");
      else
        values.pop_back();
      break;
    default:
      break;
  }
}

std::string DropLines::end(Defect defect, std::uint32_t variant) const {
  if (defect == Defect::crlf) return "\r\n";
  if (defect != Defect::trailing) return "\n";
  return variant % 2 == 0 ? std::string("  \n") : std::string{layout_.separator, '\n'};
}

void DropLines::append(std::string& out, const Device& device, const ReceiptBytes& receipt, Defect defect,
                       std::uint32_t variant) const {
  Values values;
  values.reserve(layout_.items.size() + 1);
  for (const auto& item : layout_.items) values.push_back(value(item, device, receipt));
  spoil(values, defect, variant);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) out += layout_.separator;
    out += values[i];
  }
  out += end(defect, variant);
}

}  // namespace quittance::simulators
