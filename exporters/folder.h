// The simplest channel: a folder, often a mounted share that the vendor reads. A receipt log appears
// under its final name only when it is complete and durable.
#pragma once

#include "exporters/channel.h"

namespace quittance {

[[nodiscard]] std::unique_ptr<Channel> make_folder_channel(SectionReader& settings, const Path& state);

}  // namespace quittance
