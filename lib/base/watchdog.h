#pragma once
#include <cstddef>
#include <string_view>

#include "base/deadline.h"

namespace pysshrp::watchdog {

/// How many seconds of CPU time the process may use between two sleeps. One round takes milliseconds, the most
/// expensive password hash a few seconds.
inline constexpr long kMaxCpuSeconds = 20;

/// Called before each sleep. If the process uses `seconds` of CPU time without calling it again, the kernel ends it
/// with SIGPROF. This guards against endless loops, in any library.
void rearm(TimePoint now, long seconds = kMaxCpuSeconds) noexcept;

/// What is sent or written to `fd` before that end: a whole record, made ready while all is well. It waits for no
/// reader, and so may be lost. One longer than kMaxFinalRecord is not kept; an `fd` of -1 takes back what was.
void keep_final_record(int fd, std::string_view record) noexcept;
inline constexpr std::size_t kMaxFinalRecord = 8192;

}  // namespace pysshrp::watchdog
