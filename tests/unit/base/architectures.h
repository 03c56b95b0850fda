#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/filter.h"

namespace pysshrp::sandbox {

struct Named {
  const char* name;
  std::uint32_t number;
};

/// The filters as they are on one architecture.
struct Architecture {
  const char* name;
  std::uint32_t audit;
  std::span<const AllowedCall> allowed;
  std::span<const Named> forbidden;  ///< what a handler must never get, by the numbers there
  const Program& (*program)(Phase);

  std::uint32_t number(std::string_view call) const {
    for (const AllowedCall& one : allowed)
      if (one.name == call) return one.number;
    return ~std::uint32_t{0};
  }
};

Architecture aarch64();
/// aarch64, and x86-64 on a machine that is one.
std::vector<Architecture> architectures();

}  // namespace pysshrp::sandbox
