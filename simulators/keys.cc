// Makes and reads the folder of keys.
#include "simulators/keys.h"

#include <fmt/core.h>

#include "base/fault.h"
#include "base/text.h"
#include "simulators/share_out.h"

namespace quittance::simulators {
namespace {

struct Wanted {
  std::string name;
  int bits = 0;
  bool private_too = true;
};

std::vector<Wanted> wanted_keys(std::size_t kphs) {
  std::vector<Wanted> keys = {
      {"vendor", 4096}, {"other-vendor", 4096, false}, {fmt::format("rogue-{}", kRogueKph), 2048}};
  for (std::size_t i = 0; i < kphs; ++i) keys.push_back({fmt::format("kph-{}", kFirstKph + i), 2048});
  return keys;
}

// Two factories may start at once in one folder. Whoever is first publishes the private half, and
// the public half is always derived from the private half that is there.
void make_pair(const Path& folder, const Wanted& wanted) {
  const Path private_file = folder / (wanted.name + ".pem");
  const Path public_file = folder / (wanted.name + ".pub.pem");
  if (std::filesystem::exists(public_file)) return;
  RsaKey key = wanted.private_too && std::filesystem::exists(private_file)
                   ? RsaKey::read_private(private_file)
                   : RsaKey::generate(wanted.bits);
  if (wanted.private_too && !write_durably(private_file, key.private_pem()))
    key = RsaKey::read_private(private_file);
  static_cast<void>(write_durably(public_file, key.public_pem()));  // taken: the other's is as good
}

}  // namespace

void KeyFolder::make(std::size_t kphs, std::size_t jobs) const {
  make_folder(folder_);
  const auto keys = wanted_keys(kphs);
  share_out(keys.size(), jobs, [&](const NextItem& next) {
    for (std::size_t i = 0; next(i);) make_pair(folder_, keys[i]);
  });
}

RsaKey KeyFolder::vendor_private() const { return RsaKey::read_private(folder_ / "vendor.pem"); }
RsaKey KeyFolder::vendor_public() const { return RsaKey::read_public(folder_ / "vendor.pub.pem"); }
RsaKey KeyFolder::other_vendor_public() const {
  return RsaKey::read_public(folder_ / "other-vendor.pub.pem");
}

std::vector<std::uint32_t> KeyFolder::kph_ids() const {
  constexpr std::string_view kBefore = "kph-";
  constexpr std::string_view kAfter = ".pub.pem";
  std::vector<std::uint32_t> ids;
  for (const std::string& name : list_folder(folder_)) {
    const std::string_view text = name;
    if (!text.starts_with(kBefore) || !text.ends_with(kAfter)) continue;
    const auto digits = text.substr(kBefore.size(), text.size() - kBefore.size() - kAfter.size());
    if (const auto id = parse_integer<std::uint32_t>(digits)) ids.push_back(*id);
  }
  if (ids.empty())
    throw machine_failure("sim.keys", folder_.string(), "this folder has no key of a KPH",
                          "name the folder that the factory made with --keys");
  return ids;
}

std::vector<KphKey> KeyFolder::kph_private() const {
  std::vector<KphKey> keys;
  for (const auto id : kph_ids())
    keys.push_back({id, RsaKey::read_private(folder_ / fmt::format("kph-{}.pem", id))});
  return keys;
}

std::vector<KphKey> KeyFolder::kph_public() const {
  std::vector<KphKey> keys;
  for (const auto id : kph_ids())
    keys.push_back({id, RsaKey::read_public(folder_ / fmt::format("kph-{}.pub.pem", id))});
  return keys;
}

KphKey KeyFolder::rogue_private() const {
  return {kRogueKph, RsaKey::read_private(folder_ / fmt::format("rogue-{}.pem", kRogueKph))};
}

}  // namespace quittance::simulators
