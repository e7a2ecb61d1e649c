#include "audit/old_command_line.h"

#include <map>
#include <string_view>

namespace quittance::audit {
namespace {

const std::map<std::string, std::string, std::less<>>& spellings() {
  static const std::map<std::string, std::string, std::less<>> kSpellings = {
      {"--output", "--destination"}, {"-sn", "--skip-nxp"},          {"-so", "--skip-oem"},
      {"-n", "--skip-nxp"},          {"--force-rewrite", "--force"},
  };
  return kSpellings;
}

// "--output=DIR" has its value behind the sign.
std::string renamed(const std::string& word) {
  const std::size_t sign = word.starts_with("--") ? word.find('=') : std::string::npos;
  const auto found = spellings().find(std::string_view(word).substr(0, sign));
  if (found == spellings().end()) return word;
  return sign == std::string::npos ? found->second : found->second + word.substr(sign);
}

bool is_value(const std::string& word) { return !word.empty() && word.front() != '-'; }

}  // namespace

std::vector<std::string> translated(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool has_folder = i + 1 < words.size() && is_value(words[i + 1]);
    if (word == "-o") {
      out.emplace_back(has_folder ? "--destination" : "--skip-oem");
    } else if (word == "-no" || word == "-on") {  // 1.x's two switches in one
      out.insert(out.end(), {"--skip-nxp", "--skip-oem"});
    } else {
      out.push_back(renamed(word));
    }
  }
  return out;
}

}  // namespace quittance::audit
