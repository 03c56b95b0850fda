#pragma once
#include <cstdint>

#include "base/result.h"

namespace pysshrp::sandbox {

// landlock(7), with rulesets that have no rules: what a ruleset handles is refused. Which rights there are is told by
// the version of the kernel's interface; older headers lack the newer ones.

namespace files {
inline constexpr std::uint64_t kExecute = 1 << 0, kWrite = 1 << 1, kRead = 1 << 2, kReadDirectory = 1 << 3,
                               kMakeFile = 1 << 8, kRefer = 1 << 13, kTruncate = 1 << 14, kDeviceIoctl = 1 << 15,
                               kEverything = (1 << 16) - 1;
}  // namespace files

/// `network`: binding and connecting TCP sockets. Signals to processes outside and abstract Unix sockets of others are
/// refused in any case.
struct Landlock {
  std::uint64_t files = 0, network = 0, scope = 0;
};
inline constexpr std::uint64_t kTcp = 0b11, kScopes = 0b11;

/// The part of `wanted` that version `version` of the interface knows.
constexpr Landlock known(const Landlock& wanted, long version) noexcept {
  const std::uint64_t newest = version >= 5   ? files::kEverything
                               : version >= 3 ? files::kEverything & ~files::kDeviceIoctl
                               : version == 2 ? files::kEverything & ~(files::kDeviceIoctl | files::kTruncate)
                                              : files::kRefer - 1;
  return {wanted.files & newest, version >= 4 ? wanted.network : 0, version >= 6 ? wanted.scope : 0};
}

/// Refuses it from now on, to this thread and those it starts. A kernel without Landlock refuses nothing; one that has
/// it and does not take the ruleset is an error.
Status forbid(const Landlock& wanted);

}  // namespace pysshrp::sandbox
