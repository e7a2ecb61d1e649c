// The table of channels.
#include <array>

#include "exporters/channel.h"
#include "exporters/folder.h"

namespace quittance {
namespace {

struct Kind {
  const char* name;
  std::unique_ptr<Channel> (*make)(SectionReader& settings, const Path& state);
};

constexpr std::array kKinds = {
    Kind{"folder", make_folder_channel},
};

}  // namespace

std::unique_ptr<Channel> make_channel(const std::string& kind, SectionReader& settings, const Path& state) {
  std::string names;
  for (const auto& known : kKinds) {
    if (kind == known.name) return known.make(settings, state);
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  throw settings.wrong("kind", "'" + kind + "' is no kind of channel", "use one of: " + names);
}

}  // namespace quittance
