#include "base/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace pysshrp::sandbox {
namespace {

// --- Files: Landlock. What a ruleset handles and no rule allows is refused, and this one has no rules.

/// As <linux/landlock.h> has had it since version 6 of the interface; Debian 12's knows two.
struct Ruleset {
  std::uint64_t files, network, scope;
};

constexpr std::uint64_t kExecute = LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kAnything = ~std::uint64_t{0};
constexpr std::uint64_t kTcp = 0b11;      // to bind and to connect, since version 4
constexpr std::uint64_t kSignals = 0b10;  // to processes outside, since version 6

std::uint64_t known_files(long version) noexcept {
  constexpr std::uint64_t kFirst = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, kRefer = 1 << 13, kTruncate = 1 << 14,
                          kIoctl = 1 << 15;
  return kFirst | (version >= 2 ? kRefer : 0) | (version >= 3 ? kTruncate : 0) | (version >= 5 ? kIoctl : 0);
}

void forbid(std::uint64_t files, std::uint64_t network) noexcept {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return;
  const Ruleset rules{files & known_files(version), version >= 4 ? network : 0, version >= 6 ? kSignals : 0};
  const int fd = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0));
  if (fd < 0) return;
  ::syscall(SYS_landlock_restrict_self, fd, 0);
  ::close(fd);
}

// --- System calls: seccomp. What is not refused here is left to the unit's own list.

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;  // whose numbers nobody has tried
#endif

constexpr std::uint32_t kForeignNumbers = 0x40000000;  // x32's, from here on
constexpr std::uint32_t kNo = SECCOMP_RET_ERRNO | EPERM, kUnknown = SECCOMP_RET_ERRNO | ENOSYS;

/// A program of seccomp's, grown rule by rule. Between the rules the accumulator holds the call's number.
class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    unless(BPF_JEQ, kArchitecture, kNo);
    load(offsetof(seccomp_data, nr));
    when(BPF_JGE, kForeignNumbers, kNo);
  }

  void refuse(std::initializer_list<long> calls) {
    for (const long call : calls) refuse(call, kNo);
  }
  void refuse(long call, std::uint32_t verdict) { when(BPF_JEQ, static_cast<std::uint32_t>(call), verdict); }
  /// Unless `test` of the lower half of its first argument holds.
  void refuse_unless(long call, unsigned test, std::uint32_t value) {
    constexpr std::uint8_t kRule = 4;
    code_.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, kRule, static_cast<std::uint32_t>(call)});
    load(offsetof(seccomp_data, args));
    unless(test, value, kNo);
    load(offsetof(seccomp_data, nr));
  }
  void install() {
    code_.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    if (kArchitecture != 0) ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
  }

 private:
  void load(std::size_t offset) {
    code_.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
  }
  void when(unsigned test, std::uint32_t value, std::uint32_t verdict) {
    code_.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 0, 1, value});
    code_.push_back({BPF_RET | BPF_K, 0, 0, verdict});
  }
  void unless(unsigned test, std::uint32_t value, std::uint32_t verdict) {
    code_.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 1, 0, value});
    code_.push_back({BPF_RET | BPF_K, 0, 0, verdict});
  }

  std::vector<sock_filter> code_;
};

}  // namespace

void seal() noexcept {
  const rlimit one{1, 1};  // 0 would still feed a core_pattern that is a pipe, see core(5)
  ::setrlimit(RLIMIT_CORE, &one);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
}

void enter_login(Files files) noexcept {
  forbid(files == Files::read ? ~kRead : kExecute, 0);
  Filter filter;
  filter.refuse({SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev});
  filter.refuse({SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open});
  filter.refuse({SYS_setns, SYS_unshare, SYS_mount, SYS_open_by_handle_at, SYS_bpf, SYS_perf_event_open});
  filter.refuse({SYS_io_uring_setup, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key});
#ifdef SYS_fork
  filter.refuse({SYS_fork, SYS_vfork});
#endif
  filter.refuse(SYS_clone3, kUnknown);  // its arguments are out of sight; clone takes its place
  filter.refuse_unless(SYS_clone, BPF_JSET, CLONE_THREAD);
  filter.refuse_unless(SYS_tgkill, BPF_JEQ, static_cast<std::uint32_t>(::getpid()));  // abort(3)
  filter.install();
}

void enter_relay() noexcept {
  ::tzset();  // syslog(3) tells the local time
  forbid(kAnything, kTcp);
  Filter filter;
  filter.refuse({SYS_bind, SYS_listen, SYS_accept, SYS_accept4});
  filter.refuse_unless(SYS_socket, BPF_JEQ, AF_UNIX);
  filter.install();
}

}  // namespace pysshrp::sandbox
