// A channel: the way by which receipt logs reach a vendor. One file for each kind, and a line in the
// table of channels.cc. Channels run in a process of their own that has neither ledger nor key.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/settings.h"

namespace quittance {

struct Delivery {
  std::string tid;
  Path file;        // the receipt log as it was built
  Digest digest{};  // of the file after its first line
};

struct Delivered {
  enum class End {
    sent,     // the other side has it
    failed,   // the other side certainly does not have it
    unknown,  // nobody can tell: only the same TID with the same bytes may be sent again
  } end = End::failed;
  std::string words;        // of the other side or the system, escaped
  bool unreachable = true;  // when not sent: try again later (exit 4); else a setting is at fault (6)
};

class Channel {
 public:
  virtual ~Channel() = default;
  // Sends one receipt log. Sending the same again is harmless.
  [[nodiscard]] virtual Delivered send(const Delivery& delivery) = 0;
  // What stands in the way of sending, tried without sending anything.
  [[nodiscard]] virtual std::vector<Fault> check() const = 0;
  // Where it goes, for people.
  [[nodiscard]] virtual std::string describe() const = 0;
  // The receipt log has its first line with TID and digest.
  [[nodiscard]] virtual bool has_header() const { return true; }
};

// Takes the channel's own settings out of its section. Relative paths are below `state`. Nothing is
// touched or opened. Throws Failure(machine) for a kind or setting that it does not know.
[[nodiscard]] std::unique_ptr<Channel> make_channel(const std::string& kind, SectionReader& settings,
                                                    const Path& state);

}  // namespace quittance
