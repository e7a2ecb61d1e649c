// Giving up, for good, what a process does not need that reads a hostile file.
#pragma once

#include <cstdint>

#include "base/file.h"

namespace quittance::audit {

// The address space of a worker. Its resident memory stays far below; libraries and what it shares with
// its parent take most of this.
inline constexpr std::uint64_t kWorkerMemory = 512 * 1024 * 1024;  // bytes

// No core file, no memory beyond kWorkerMemory, no new processes, programs, sockets or privileges, no
// file opened any more, by Landlock and seccomp where the kernel has them; what is open stays so.
// `folder`: new files may be made in this one folder; nothing: no file may be written at all.
void confine(const Fd* folder = nullptr);

// From now on the process is killed when it has used so many more seconds of processor time.
void limit_processor_time(unsigned seconds);

}  // namespace quittance::audit
