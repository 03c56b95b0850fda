#include "base/sandbox.h"

#include <linux/audit.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/allowed_calls.h"
#include "base/landlock.h"

namespace pysshrp::sandbox {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "lib/base/allowed_calls.h has not been tried on this architecture"
#endif

template <Phase kPhase>
constexpr Program kProgram = compile(kAllowedCalls, kPhase, kArchitecture);

/// Refuses these calls without a report in the kernel's log: libraries try them and have a fallback.
template <std::size_t kCount>
constexpr Program quiet(const std::array<std::uint32_t, kCount>& calls) {
  Program program;
  program.add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (const std::uint32_t call : calls) {
    program.add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    program.add(BPF_RET | BPF_K, call < kNewCalls ? kRefused : kNotImplemented);
  }
  program.add(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return program;
}
/// pthread_create(3) always tries clone3 first, and uses clone if it fails with ENOSYS.
constexpr Program kQuietInLogin = quiet(std::array<std::uint32_t, 1>{SYS_clone3});
/// libssh opens known_hosts at each key exchange, to prefer the known type of host key.
constexpr Program kQuietInFront = quiet(std::array<std::uint32_t, 1>{SYS_openat});
/// seccomp is refused because this is the last filter.
constexpr Program kQuietInSession = quiet(std::array<std::uint32_t, 2>{SYS_openat, SYS_seccomp});

Status install(Program program, unsigned long flags) {
  for (sock_filter& instruction : program.code)
    if (instruction.code == (BPF_JMP | BPF_JEQ | BPF_K) && instruction.k == kOwnProcess)
      instruction.k = static_cast<std::uint32_t>(::getpid());
  const sock_fprog filter{static_cast<unsigned short>(program.size), program.code.data()};
  const auto set = [&](unsigned long chosen) {
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, chosen, &filter) == 0;
  };
  // Reports came with Linux 4.14.
  if (set(flags) || (errno == EINVAL && set(flags & ~static_cast<unsigned long>(SECCOMP_FILTER_FLAG_LOG)))) return {};
  return Error{std::string{"the kernel does not take a filter of system calls, seccomp(2): "} + ::strerror(errno) +
               "; --allow-no-seccomp serves without"};
}

/// Refused calls are reported in the kernel's log. The filter holds for all threads.
constexpr unsigned long kFlags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG;

constexpr std::uint64_t kReading = files::kRead | files::kReadDirectory,
                        kWriting = files::kWrite | files::kTruncate | files::kMakeFile;

}  // namespace

void seal() noexcept {
  const rlimit one{1, 1};  // 0 would still feed a core_pattern that is a pipe, see core(5)
  ::setrlimit(RLIMIT_CORE, &one);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
}

Status enter_proxy_header() {
  PYSSHRP_TRY(forbid({.files = files::kEverything & ~(kReading | kWriting), .network = 0, .scope = kScopes}));
  return install(kProgram<Phase::proxy_header>, kFlags);
}

Status enter_login(Files allowed) {
  const bool writes = allowed == Files::read_and_write;
  const std::uint64_t kept = kReading | (writes ? kWriting : 0);
  PYSSHRP_TRY(forbid({.files = files::kEverything & ~kept, .network = 0, .scope = kScopes}));
  PYSSHRP_TRY(install(writes ? kProgram<Phase::login_writing> : kProgram<Phase::login>, kFlags));
  PYSSHRP_TRY(install(kQuietInLogin, 0));
  return {};
}

Status enter_front() {
  PYSSHRP_TRY(forbid({.files = files::kEverything, .network = kTcp, .scope = kScopes}));
  PYSSHRP_TRY(install(kProgram<Phase::front>, kFlags));
  PYSSHRP_TRY(install(kQuietInFront, 0));
  return {};
}

Status enter_relay() {
  PYSSHRP_TRY(install(kProgram<Phase::session>, kFlags));
  PYSSHRP_TRY(install(kQuietInSession, SECCOMP_FILTER_FLAG_TSYNC));
  return {};
}

}  // namespace pysshrp::sandbox
