// Keeps and publishes acknowledge files.
#include "simulators/vendor_outbox.h"

#include "base/fault.h"

namespace quittance::simulators {

void VendorOutbox::keep(const std::string& tid, const std::vector<AnswerFile>& files) const {
  const Path folder = kept_ / tid;
  std::filesystem::remove_all(folder);  // of an import that was killed before it counted
  make_folder(folder);
  for (const auto& file : files) {
    if (!write_durably(folder / file.name, file.bytes))
      throw program_failure((folder / file.name).string(), "two answers have the same name");
  }
}

std::size_t VendorOutbox::give(const std::string& tid) const {
  if (out_.empty()) throw usage_failure("--out is missing", "name the folder for the acknowledge files");
  make_folder(out_);
  std::size_t given = 0;
  for (const auto& name : list_folder(kept_ / tid)) {
    if (!copy_durably(kept_ / tid / name, out_ / name).published)
      throw machine_failure("sim.answer", (out_ / name).string(), "another file has the name of this answer",
                            "clear the folder or name another with --out");
    ++given;
  }
  return given;
}

}  // namespace quittance::simulators
