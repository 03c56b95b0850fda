#pragma once
#include <cstdint>

#include "base/result.h"

namespace pysshrp::sandbox {

// landlock(7), with rulesets without rules: every right that a ruleset handles is refused. The constants are defined
// here because older headers lack the newer ones.

namespace files {
inline constexpr std::uint64_t kExecute = 1 << 0, kWrite = 1 << 1, kRead = 1 << 2, kReadDirectory = 1 << 3,
                               kMakeFile = 1 << 8, kRefer = 1 << 13, kTruncate = 1 << 14, kDeviceIoctl = 1 << 15,
                               kEverything = (1 << 16) - 1;
}  // namespace files

/// The rights that a ruleset handles. `network`: to bind and connect TCP sockets. `scope`: signals to, and abstract
/// Unix sockets of, processes outside.
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

/// Gives up these rights for good, in this thread and those that it starts later. Does nothing on a kernel without
/// Landlock. An Error if the kernel has Landlock and rejects the ruleset.
Status forbid(const Landlock& wanted);

}  // namespace pysshrp::sandbox
