// The table of defects and its reader.
#include "simulators/defects.h"

#include <fmt/core.h>

#include "base/fault.h"
#include "base/text.h"

namespace quittance::simulators {
namespace {

constexpr DefectKind kNone = {Defect::none, "none", 0, false, "", "nothing is wrong"};

constexpr DefectKind kDefects[] = {
    {Defect::trailing, "trailing", 101, false, "", "blanks or a separator behind the last item"},
    {Defect::syntax, "syntax", 102, false, "", "a SUID with a letter that is no hex digit"},
    {Defect::fields, "fields", 103, false, "", "one item too many or too few"},
    {Defect::empty, "empty", 104, false, "model", "an empty model"},
    {Defect::too_long, "long", 105, false, "model", "a model of 200 bytes"},
    {Defect::base64, "base64", 106, false, "", "a character in the receipt that is not base64"},
    {Defect::signature, "signature", 107, false, "", "one bit of the signature is wrong"},
    {Defect::decryption, "decryption", 108, false, "", "encrypted for another vendor, rightly signed"},
    {Defect::suid, "suid", 109, false, "", "the receipt is of another SUID"},
    {Defect::flag, "flag", 111, false, "flag", "a refurbishment flag of 2"},
    {Defect::refurbished_unknown, "refurbished-unknown", 112, false, "flag",
     "refurbished, but never imported"},
    {Defect::rogue_kph, "rogue-kph", 115, false, "", "bound by a KPH that the vendor does not know"},
    {Defect::clone, "clone", 114, false, "",
     "new, but the vendor is to know its SUID: --clone-from, or vendor --know"},
    {Defect::imei_luhn, "imei-luhn", 0, false, "imei", "a wrong check digit in the IMEI, worth a warning"},
    {Defect::crlf, "crlf", 101, false, "", "the line ends in CR LF"},
    {Defect::refurbished, "refurbished", 0, false, "flag", "a device of --refurbish-from again, with flag 1"},
    {Defect::repeat, "repeat", 114, true, "", "the same line again, later"},
    {Defect::rework, "rework", 114, true, "", "the same SUID again, later, with flag 0 and another receipt"},
    {Defect::blank, "blank", 102, true, "", "an empty line"},
};

[[noreturn]] void unknown(const std::string& word) {
  std::vector<std::string> names = {"all"};
  for (const auto& kind : kDefects) names.emplace_back(kind.name);
  const auto near = nearest(word, names);
  throw usage_failure("there is no defect \"" + escaped(word) + "\"",
                      near ? "perhaps " + *near + " is meant" : "--help lists the defects");
}

void set_count(DefectCounts& counts, const std::string& word, std::uint64_t count, bool with_refurbished) {
  bool found = false;
  for (const auto& kind : kDefects) {
    const bool in_all = kind.defect != Defect::refurbished || with_refurbished;
    if (word != kind.name && !(word == "all" && in_all)) continue;
    counts[kind.defect] = count;
    found = true;
  }
  if (!found) unknown(word);
}

}  // namespace

std::span<const DefectKind> defect_table() { return kDefects; }

const DefectKind& kind_of(Defect defect) {
  for (const auto& kind : kDefects) {
    if (kind.defect == defect) return kind;
  }
  return kNone;
}

DefectCounts parse_defects(std::string_view text, bool with_refurbished) {
  DefectCounts counts;
  for (const std::string& part : split_list(text, ',')) {
    const std::size_t equals = part.find('=');
    const auto count =
        equals == std::string::npos ? std::nullopt : parse_integer<std::uint32_t>(part.substr(equals + 1));
    if (!count)
      throw usage_failure("--defect does not take \"" + escaped(part) + "\"",
                          "give NAME=COUNT, such as flag=3");
    set_count(counts, part.substr(0, equals), *count, with_refurbished);
  }
  return counts;
}

std::string defects_help() {
  std::string text = "Defects, and the code that each earns at the vendor:\n";
  for (const auto& kind : kDefects)
    text += fmt::format("  {:<20} {:>3}  {}\n", kind.name, kind.code, kind.meaning);
  return text;
}

}  // namespace quittance::simulators
