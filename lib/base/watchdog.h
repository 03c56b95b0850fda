#pragma once
#include "base/deadline.h"

namespace pysshrp::watchdog {

/// How long the process may work, in seconds of its own processor time, without coming back to where it sleeps. A turn
/// takes milliseconds, the dearest hash of a password a few seconds.
inline constexpr long kPatience = 20;

/// Called wherever the process is about to sleep. When it does not come back the kernel ends it, by SIGPROF: the answer
/// to every loop, in any library, that nobody has found yet.
void rearm(TimePoint now, long patience = kPatience) noexcept;

}  // namespace pysshrp::watchdog
