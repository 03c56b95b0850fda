#include "base/landlock.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"

namespace pysshrp::sandbox {

Status forbid(const Landlock& wanted) {
  constexpr int kTellVersion = 1;
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kTellVersion);
  if (version < 1) return {};
  const Landlock rules = known(wanted, version);  // an older kernel takes the longer structure if its end is zero
  const Fd ruleset{static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0))};
  if (!ruleset || ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return Error{"landlock(7), version " + std::to_string(version) + ": " + ::strerror(errno)};
  return {};
}

}  // namespace pysshrp::sandbox
