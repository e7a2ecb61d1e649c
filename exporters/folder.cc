#include "exporters/folder.h"

#include <unistd.h>

#include <cerrno>

#include "base/fault.h"
#include "exporters/receipt_log.h"

namespace quittance {
namespace {

class FolderChannel : public Channel {
 public:
  explicit FolderChannel(Path folder) : folder_(std::move(folder)) {}

  Delivered send(const Delivery& delivery) override {
    if (const auto wrong = wrong_receipt_log(delivery.file, delivery.tid, delivery.digest, true)) {
      return {Delivered::End::failed, "the receipt log was changed after it was built: " + *wrong, false};
    }
    const auto target = folder_ / (delivery.tid + ".txt");
    try {
      remove_unfinished(folder_, target.filename().string());
      if (copy_durably(delivery.file, target).published)
        return {Delivered::End::sent, target.string(), false};
      return {Delivered::End::failed, target.string() + " is there already with other bytes", false};
    } catch (const Failure& failure) {
      // The name appears last: if it is there the other side may have read it.
      const bool appeared = ::access(target.c_str(), F_OK) == 0;
      return {appeared ? Delivered::End::unknown : Delivered::End::failed, failure.fault().problem, true};
    }
  }

  std::vector<Fault> check() const override {
    if (::access(folder_.c_str(), W_OK | X_OK) == 0) return {};
    return {{"channel.folder", Severity::trouble, folder_.string(), 0, "", "the folder can't be written",
             "make it, mount it, or give it to the user that runs this"}};
  }

  std::string describe() const override { return "folder " + folder_.string(); }

 private:
  Path folder_;
};

}  // namespace

std::unique_ptr<Channel> make_folder_channel(SectionReader& settings, const Path& state) {
  return std::make_unique<FolderChannel>(state / settings.required("folder"));
}

}  // namespace quittance
