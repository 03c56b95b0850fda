// The numbers of aarch64 are those that every new architecture has. <sys/syscall.h> would bring this machine's.
#ifdef __NR_read
#error "a header has brought the numbers of this machine"
#endif
#define __ARCH_WANT_RENAMEAT
#define __ARCH_WANT_NEW_STAT
#define __ARCH_WANT_SET_GET_RLIMIT
#define __ARCH_WANT_SYS_CLONE3
#include <asm-generic/unistd.h>
#include <linux/audit.h>

#include "architecture.inc"
#ifdef __NR_open
#error "a header has brought the numbers of x86-64"
#endif

namespace pysshrp::sandbox {

Architecture aarch64() {
  return {"aarch64", AUDIT_ARCH_AARCH64, kAllowedCalls, kForbidden, compiled<AUDIT_ARCH_AARCH64>};
}

}  // namespace pysshrp::sandbox
