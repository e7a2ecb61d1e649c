// Reading and writing receipt lines. Each rule carries the code that the vendor would answer
// (manual 4.3.4), so that a bad line is stopped here, with its reason, and not weeks later there.
#include "records/receipt.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"

namespace quittance {
namespace {

using Fields = std::vector<std::string_view>;

LineFault fault(int code, std::string id, std::string_view field, std::string problem, std::string mend) {
  return {code, std::move(id), std::string(field), std::move(problem), std::move(mend)};
}

// Cuts the line into its fields; everything behind the expected number stays in one last piece.
void cut(std::string_view line, char separator, std::size_t expected, Fields& out) {
  out.clear();
  while (out.size() < expected) {
    const auto end = line.find(separator);
    out.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
  out.push_back(line);
}

bool is_padding(std::string_view text, char separator) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return c == ' ' || c == '\t' || c == '\r' || c == separator; });
}

// Takes blanks and a carriage return off the last field.
std::string_view take_tail(std::string_view& field) {
  const auto last = field.find_last_not_of(" \t\r");
  const auto keep = last == std::string_view::npos ? 0 : last + 1;
  const auto tail = field.substr(keep);
  field = field.substr(0, keep);
  return tail;
}

std::optional<LineFault> wrong_count(const Fields& fields, std::size_t expected, const Layout& layout) {
  const bool more = fields.size() > expected && !is_padding(fields.back(), layout.separator());
  if (fields.size() >= expected && !more) return std::nullopt;
  return fault(103, "line.field-count", "",
               more ? fmt::format("more than the {} fields expected", expected)
                    : fmt::format("{} fields found, {} expected", fields.size(), expected),
               "compare the line with the drop's `fields` and `separator`");
}

std::optional<LineFault> wrong_suid(std::string_view value) {
  if (Suid::parse(value)) return std::nullopt;
  return fault(102, "line.suid", "suid", fmt::format("'{}' is not 32 hex digits", escaped(value, 40)),
               "have the plant deliver the line again");
}

std::optional<LineFault> wrong_flag(std::string_view value) {
  if (value == "0" || value == "1") return std::nullopt;
  return fault(111, "line.flag", "flag",
               fmt::format("'{}' is neither 0 (new) nor 1 (refurbished)", escaped(value, 20)),
               "correct the refurbishment flag and deliver the line again");
}

std::optional<LineFault> wrong_receipt(std::string_view value) {
  if (value.size() > kReceiptCharacters) {
    return fault(105, "line.receipt-long", "receipt",
                 fmt::format("{} characters found, 1024 expected", value.size()),
                 "have the plant deliver the receipt again");
  }
  ReceiptBytes bytes;
  if (value.size() == kReceiptCharacters && from_base64(value, bytes)) return std::nullopt;
  return fault(106, "line.receipt-base64", "receipt",
               value.size() != kReceiptCharacters
                   ? fmt::format("{} characters found, 1024 of base64 expected", value.size())
                   : std::string("a character outside base64's alphabet, or padding, in 1024 characters"),
               "have the plant deliver the receipt again");
}

std::optional<LineFault> wrong_imei(std::string_view value) {
  if (value.size() > 17) {
    return fault(105, "line.imei-long", "imei",
                 fmt::format("{} digits found, 14 to 17 expected", value.size()),
                 "correct the IMEI and deliver the line again");
  }
  const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && value.size() >= 14) return std::nullopt;
  return fault(102, "line.imei", "imei", fmt::format("'{}' is not 14 to 17 digits", escaped(value, 20)),
               "correct the IMEI and deliver the line again");
}

std::optional<LineFault> wrong_text(std::string_view name, std::string_view value, const LineRules& rules) {
  if (value.size() > rules.field_bytes) {
    return fault(105, "line.field-long", name,
                 fmt::format("{} bytes found, {} allowed", value.size(), rules.field_bytes),
                 "shorten the field, or agree another limit with the vendor and set `field-bytes`");
  }
  if (has_control(value) || !is_valid_utf8(value)) {
    return fault(102, "line.characters", name,
                 fmt::format("'{}' holds a control character or is not UTF-8", escaped(value, 40)),
                 "correct the field and deliver the line again");
  }
  if (value.find(rules.channel_separator) != std::string_view::npos) {
    return fault(
        102, "line.separator", name,
        fmt::format("'{}' holds the channel's separator '{}'", escaped(value, 40), rules.channel_separator),
        "take the separator out of the field and deliver the line again");
  }
  return std::nullopt;
}

std::optional<LineFault> wrong_oem(std::string_view value, const LineRules& rules) {
  if (value == rules.oem) return std::nullopt;
  return fault(102, "line.oem", "oem",
               fmt::format("'{}' found, '{}' expected from the channel", escaped(value, 40), rules.oem),
               "correct the line, or the drop's channel if these devices are another OEM's");
}

bool is_mandatory(std::string_view name, const LineRules& rules) {
  return std::find(rules.mandatory.begin(), rules.mandatory.end(), name) != rules.mandatory.end();
}

void store(Field field, const std::string& name, std::string_view value, Receipt& receipt) {
  switch (field) {
    case Field::suid:
      receipt.suid = *Suid::parse(value);
      break;
    case Field::flag:
      receipt.flag = value == "1" ? 1 : 0;
      break;
    case Field::receipt:
      static_cast<void>(from_base64(value, receipt.bytes));
      break;
    case Field::imei:
      receipt.imei = value;
      break;
    case Field::oem:
      break;  // static, from the configuration
    case Field::model:
      receipt.model = value;
      break;
    case Field::operator_name:
      receipt.operator_name = value;
      break;
    case Field::sip_soc:
      receipt.sip_soc = value;
      break;
    case Field::custom:
      receipt.items[name] = value;
      break;
  }
}

void clear(Receipt& receipt) {
  receipt.flag = 0;
  for (auto* text : {&receipt.imei, &receipt.model, &receipt.operator_name, &receipt.sip_soc, &receipt.tail})
    text->clear();
  receipt.items.clear();
}

void warn(JudgedLine& judged, const Receipt& receipt) {
  if (!receipt.tail.empty()) {
    judged.warnings.push_back(
        fault(101, "line.tail", "",
              fmt::format("'{}' stands behind the last field and is not sent", escaped(receipt.tail, 40)),
              "have the writer of the drop leave it out"));
  }
  if (receipt.imei.size() == 15 && !has_right_check_digit(receipt.imei)) {
    judged.warnings.push_back(fault(0, "line.imei-check", "imei",
                                    fmt::format("the check digit of {} is wrong", receipt.imei),
                                    "compare the IMEI with the device"));
  }
}

std::string_view value_of(Field field, const std::string& name, const Receipt& receipt, std::string_view oem,
                          std::string& scratch) {
  switch (field) {
    case Field::suid:
      return scratch = receipt.suid.text();
    case Field::flag:
      return receipt.flag == 1 ? "1" : "0";
    case Field::receipt:
      return {};
    case Field::imei:
      return receipt.imei;
    case Field::oem:
      return oem;
    case Field::model:
      return receipt.model;
    case Field::operator_name:
      return receipt.operator_name;
    case Field::sip_soc:
      return receipt.sip_soc;
    case Field::custom:
      break;
  }
  const auto found = receipt.items.find(name);
  return found == receipt.items.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

bool has_right_check_digit(std::string_view imei15) {
  int sum = 0;
  bool twice = false;
  for (auto digit = imei15.rbegin(); digit != imei15.rend(); ++digit) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    twice = !twice;
  }
  return sum % 10 == 0;
}

std::optional<LineFault> wrong_value(std::string_view name, std::string_view value, const LineRules& rules) {
  if (value.empty()) {
    if (!is_mandatory(name, rules) && name != "suid" && name != "receipt" && name != "flag")
      return std::nullopt;
    return fault(104, "line.empty", name, "the field is empty", "fill it in and deliver the line again");
  }
  switch (field_of(name)) {
    case Field::suid:
      return wrong_suid(value);
    case Field::flag:
      return wrong_flag(value);
    case Field::receipt:
      return wrong_receipt(value);
    case Field::imei:
      return wrong_imei(value);
    case Field::oem:
      return wrong_oem(value, rules);
    default:
      return wrong_text(name, value, rules);
  }
}

JudgedLine read_receipt_line(std::string_view line, const LineRules& rules, Receipt& receipt) {
  thread_local Fields fields;
  const auto& layout = rules.layout;
  const auto expected = layout.names().size();
  JudgedLine judged;
  clear(receipt);
  cut(line, layout.separator(), expected, fields);
  judged.fault = wrong_count(fields, expected, layout);
  if (judged.fault) return judged;
  receipt.tail = take_tail(fields[expected - 1]);
  if (fields.size() > expected) receipt.tail += layout.separator() + std::string(fields[expected]);
  for (std::size_t i = 0; i < expected; ++i) {
    judged.fault = wrong_value(layout.names()[i], fields[i], rules);
    if (judged.fault) return judged;
    store(layout.fields()[i], layout.names()[i], fields[i], receipt);
  }
  for (const auto& name : rules.mandatory) {
    if (name == "oem" || name == "flag" || layout.find(name)) continue;
    judged.fault =
        fault(104, "line.absent", name, "the channel wants the field and the drop's lines don't carry it",
              "add it to the drop's lines and `fields`");
    return judged;
  }
  warn(judged, receipt);
  return judged;
}

void append_receipt_line(std::string& out, const Receipt& receipt, const Layout& layout,
                         std::string_view oem) {
  std::string scratch;
  for (std::size_t i = 0; i < layout.fields().size(); ++i) {
    if (i > 0) out += layout.separator();
    if (layout.fields()[i] == Field::receipt) {
      append_base64(out, receipt.bytes);
    } else {
      out += value_of(layout.fields()[i], layout.names()[i], receipt, oem, scratch);
    }
  }
  out += '\n';
}

}  // namespace quittance
