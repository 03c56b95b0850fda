// On another machine there are no headers with x86-64's numbers.
#ifdef __x86_64__
#include <linux/audit.h>

#include "architecture.inc"

namespace pysshrp::sandbox {

std::vector<Architecture> architectures() {
  return {{"x86_64", AUDIT_ARCH_X86_64, kAllowedCalls, kForbidden, compiled<AUDIT_ARCH_X86_64>}, aarch64()};
}

}  // namespace pysshrp::sandbox
#else
#include "architectures.h"

namespace pysshrp::sandbox {

std::vector<Architecture> architectures() {
  return {aarch64()};
}

}  // namespace pysshrp::sandbox
#endif
