// The vendor's checks on the text of a line, in the order in which their codes are given.
#include "simulators/vendor_rules.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/text.h"
#include "simulators/vendor_codes.h"

namespace quittance::simulators {
namespace {

constexpr std::size_t kBase64Size = kReceiptSize / 3 * 4;
constexpr std::size_t kSuidTextLimit = 64;  // bytes of an unreadable SUID that an answer repeats

using Fields = std::vector<std::string_view>;

Fields split(std::string_view text, char separator) {
  Fields fields;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at != text.size() && text[at] != separator) continue;
    fields.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  return fields;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool all_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), is_blank); }

// Takes off blanks at the end, unless a blank is what separates.
bool cut_blanks(std::string_view& text, char separator) {
  const std::size_t before = text.size();
  while (!text.empty() && is_blank(text.back()) && text.back() != separator) text.remove_suffix(1);
  return text.size() != before;
}

bool cut_empty_fields(Fields& fields, std::size_t wanted) {
  if (fields.size() <= wanted) return false;
  const auto surplus = fields.begin() + static_cast<std::ptrdiff_t>(wanted);
  if (!std::all_of(surplus, fields.end(), all_blank)) return false;
  fields.erase(surplus, fields.end());
  return true;
}

bool is_imei(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= 14 && text.size() <= 17 && std::all_of(text.begin(), text.end(), digit);
}

bool is_limited(const std::string& item) { return item != "suid" && item != "flag" && item != "receipt"; }

std::string repeatable(std::string_view text) {
  std::string safe = escaped(text, kSuidTextLimit);
  for (std::size_t at = 0; (at = safe.find(';', at)) != std::string::npos; at += 4)
    safe.replace(at, 1, "\\x3b");
  return safe;
}

// One line with its fields in the order of the layout.
class Judge {
 public:
  Judge(const Rules& rules, const Fields& fields) : rules_(rules), fields_(fields) {}

  [[nodiscard]] int text_code() const {
    const auto bad_text = [](std::string_view field) { return has_control(field) || !is_valid_utf8(field); };
    return std::any_of(fields_.begin(), fields_.end(), bad_text) ? code::kSyntax : code::kOk;
  }

  [[nodiscard]] int size_code() const {
    for (const auto& item : rules_.mandatory) {
      if (field(item).empty()) return code::kEmptyField;
    }
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (is_limited(rules_.layout.items[i]) && fields_[i].size() > rules_.field_bytes)
        return code::kLongField;
    }
    return code::kOk;
  }

  [[nodiscard]] int value_code(JudgedLine& judged) const {
    const std::string_view imei = field("imei");
    if (!judged.suid || (!imei.empty() && !is_imei(imei))) return code::kSyntax;
    const std::string_view flag = rules_.layout.find("flag") ? field("flag") : "0";
    if (flag != "0" && flag != "1") return code::kFlag;
    judged.refurbished = flag == "1";
    return read_receipt(field("receipt"), judged.receipt) ? code::kOk : code::kBase64;
  }

  [[nodiscard]] bool custom_good() const {
    if (!rules_.custom_pattern) return true;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (!Layout::is_custom(rules_.layout.items[i])) continue;
      if (!std::regex_match(fields_[i].begin(), fields_[i].end(), *rules_.custom_pattern)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] std::string_view field(std::string_view item) const {
    const auto at = rules_.layout.find(item);
    return at ? fields_[*at] : std::string_view();
  }
  const Rules& rules_;
  const Fields& fields_;
};

}  // namespace

std::optional<Suid> read_suid(std::string_view text) {
  Suid suid{};
  if (text.size() != 2 * suid.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    const char low = static_cast<char>(c | 0x20);
    if (!digit && (low < 'a' || low > 'f')) return std::nullopt;
    const int value = digit ? c - '0' : low - 'a' + 10;
    suid[i / 2] = static_cast<std::uint8_t>(suid[i / 2] << 4 | value);
  }
  return suid;
}

// OpenSSL's decoder forgives blanks and unused bits, so what it gives is encoded again and compared.
bool read_receipt(std::string_view text, ReceiptBytes& receipt) {
  if (text.size() != kBase64Size) return false;
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DecodeBlock(receipt.data(), in, static_cast<int>(text.size())) != static_cast<int>(kReceiptSize))
    return false;
  std::array<unsigned char, kBase64Size + 1> again{};
  EVP_EncodeBlock(again.data(), receipt.data(), static_cast<int>(receipt.size()));
  return std::equal(text.begin(), text.end(), again.begin(),
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
}

JudgedLine judge_line(const VendorLine& line, const Rules& rules) {
  JudgedLine judged;
  std::string_view text = line.text;
  judged.trailing = cut_blanks(text, rules.layout.separator);
  Fields fields = split(text, rules.layout.separator);
  judged.trailing |= cut_empty_fields(fields, rules.layout.items.size());
  const std::size_t suid_at = *rules.layout.find("suid");
  const std::string_view suid_text = suid_at < fields.size() ? fields[suid_at] : text;
  judged.suid = read_suid(suid_text);
  judged.suid_text = repeatable(suid_text);
  if (text.empty() || !line.terminated)
    judged.code = code::kSyntax;
  else if (fields.size() != rules.layout.items.size())
    judged.code = code::kFieldCount;
  if (judged.code != code::kOk) return judged;
  const Judge judge(rules, fields);
  judged.code = judge.text_code();
  if (judged.code == code::kOk) judged.code = judge.size_code();
  if (judged.code == code::kOk) judged.code = judge.value_code(judged);
  judged.custom_good = judge.custom_good();
  return judged;
}

}  // namespace quittance::simulators
