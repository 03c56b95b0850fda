#pragma once
#include <fcntl.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
// A test has the numbers of another architecture here.
#ifndef __NR_openat
#include <asm/unistd.h>
#endif
#include <linux/sockios.h>

#include <array>

#include "base/filter.h"

namespace pysshrp::sandbox {

// The system calls that a handler may make in each phase. Every other call is refused, and reported in the kernel's
// log. A filter cannot see the memory that an argument points to. Calls where that would matter (an address in a
// msghdr, the flags of clone3) are left out.

namespace detail {

// Reading the header allows all that a login may need, and what goes before it. It writes nothing, but a login may.
constexpr std::uint8_t kProxyHeader = static_cast<std::uint8_t>(Phase::proxy_header),
                       kWriting = static_cast<std::uint8_t>(Phase::login_writing) | kProxyHeader,
                       kReading = static_cast<std::uint8_t>(Phase::login), kLogin = kReading | kWriting,
                       kFront = static_cast<std::uint8_t>(Phase::front),
                       kSession = static_cast<std::uint8_t>(Phase::session), kSsh = kFront | kSession,
                       kAlways = kLogin | kSsh;

// Whatever would write, make or empty a file. The bit of O_TMPFILE is its own and not O_DIRECTORY's, which is another
// one on each architecture.
constexpr std::uint32_t kWritingFlags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | 020000000;
constexpr std::uint32_t kSocketType = 0xf;  // beside SOCK_CLOEXEC and SOCK_NONBLOCK
constexpr std::uint32_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | CLONE_THREAD |
                                  CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
constexpr std::uint32_t kFork = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
constexpr std::uint32_t kSetModeFilter = SECCOMP_SET_MODE_FILTER,
                        kFilterFlags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG;
// The other clocks are of other processes; timer_create(3) has two names for its own.
constexpr std::uint32_t kClocks = 15, kOwnProcessTime = 0xffff'fffa, kOwnThreadTime = 0xffff'fffe;
constexpr std::uint32_t kOfdGetLock = 36, kOfdSetLock = 37;  // F_OFD_GETLK, F_OFD_SETLK

}  // namespace detail

#define PYSSHRP_CALL(name) #name, __NR_##name

constexpr std::array kAllowedCalls = [] {
  using namespace detail;
  return std::to_array<AllowedCall>({
      // What is open.
      {PYSSHRP_CALL(read), kAlways},
      {PYSSHRP_CALL(write), kAlways},
      {PYSSHRP_CALL(readv), kAlways},
      {PYSSHRP_CALL(writev), kAlways},
      {PYSSHRP_CALL(lseek), kAlways},
      {PYSSHRP_CALL(close), kAlways},
      {PYSSHRP_CALL(fstat), kAlways},
      {PYSSHRP_CALL(ppoll), kAlways},
      {PYSSHRP_CALL(pselect6), kAlways},
      {PYSSHRP_CALL(dup3), kLogin | kFront},
      {PYSSHRP_CALL(eventfd2), kAlways},
      {PYSSHRP_CALL(signalfd4), kAlways},
      {PYSSHRP_CALL(fcntl), kAlways, {any_of(1, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC)}},
      {PYSSHRP_CALL(fcntl), kAlways, {any_of(1, F_SETFL), none_of(2, O_ASYNC)}},
      {PYSSHRP_CALL(fcntl), kLogin | kFront, {any_of(1, F_GETLK, kOfdGetLock)}},
      {PYSSHRP_CALL(fcntl), kProxyHeader, {any_of(1, kOfdSetLock)}},  // the client is counted, see peer/startups.h
      {PYSSHRP_CALL(ioctl), kAlways, {any_of(1, FIONREAD, FIONBIO, TCGETS)}},
      {PYSSHRP_CALL(ioctl), kLogin, {any_of(1, SIOCGIFINDEX, SIOCGIFNAME)}},

      // Sockets that are connected. A destination and MSG_FASTOPEN would connect them to somebody else.
      {PYSSHRP_CALL(sendto), kSsh, {null(4), only_of(3, MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE)}},
      {PYSSHRP_CALL(sendto), kLogin},
      {PYSSHRP_CALL(recvfrom), kAlways},
      {PYSSHRP_CALL(shutdown), kAlways},
      {PYSSHRP_CALL(getsockname), kAlways},
      {PYSSHRP_CALL(getpeername), kAlways},
      {PYSSHRP_CALL(getsockopt), kAlways},
      {PYSSHRP_CALL(setsockopt), kAlways, {any_of(1, SOL_SOCKET), any_of(2, SO_KEEPALIVE)}},
      {PYSSHRP_CALL(setsockopt),
       kAlways,
       {any_of(1, IPPROTO_TCP),
        any_of(2, TCP_NODELAY, TCP_QUICKACK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT)}},

      // Names are resolved and the upstream is reached: the Internet, the local daemons that NSS modules ask, and which
      // addresses this machine has.
      {PYSSHRP_CALL(socket),
       kLogin,
       {any_of(0, AF_UNIX, AF_INET, AF_INET6), masked(1, kSocketType, SOCK_STREAM, SOCK_DGRAM),
        any_of(2, 0, IPPROTO_TCP, IPPROTO_UDP)}},
      {PYSSHRP_CALL(socket),
       kLogin,
       {any_of(0, AF_NETLINK), masked(1, kSocketType, SOCK_RAW, SOCK_DGRAM), any_of(2, 0)}},  // NETLINK_ROUTE
      {PYSSHRP_CALL(socketpair), kProxyHeader, {any_of(0, AF_UNIX), masked(1, kSocketType, SOCK_SEQPACKET)}},
      {PYSSHRP_CALL(socketpair),
       kProxyHeader | kFront,
       {any_of(0, AF_UNIX), masked(1, kSocketType, SOCK_STREAM)}},  // to the agent
      {PYSSHRP_CALL(connect), kLogin},
      {PYSSHRP_CALL(bind), kLogin},
      {PYSSHRP_CALL(sendmsg), kLogin},
      {PYSSHRP_CALL(sendmmsg), kLogin},
      {PYSSHRP_CALL(recvmsg), kLogin | kFront},
      {PYSSHRP_CALL(setsockopt),
       kLogin,
       {any_of(1, SOL_SOCKET),
        any_of(2, SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_SNDTIMEO, SO_RCVTIMEO, SO_PASSCRED, SO_LINGER)}},
      {PYSSHRP_CALL(setsockopt), kLogin, {any_of(1, IPPROTO_IP), any_of(2, IP_RECVERR, IP_MTU_DISCOVER)}},
      {PYSSHRP_CALL(setsockopt),
       kLogin,
       {any_of(1, IPPROTO_IPV6), any_of(2, IPV6_RECVERR, IPV6_MTU_DISCOVER, IPV6_V6ONLY)}},

      // Files are read.
      {PYSSHRP_CALL(openat), kReading, {none_of(2, kWritingFlags)}},
      {PYSSHRP_CALL(openat), kWriting},
      {PYSSHRP_CALL(newfstatat), kLogin},
      {PYSSHRP_CALL(statx), kLogin},
      {PYSSHRP_CALL(statfs), kLogin},
      {PYSSHRP_CALL(fstatfs), kLogin},
      {PYSSHRP_CALL(faccessat), kLogin},
      {PYSSHRP_CALL(faccessat2), kLogin},
      {PYSSHRP_CALL(readlinkat), kLogin},
      {PYSSHRP_CALL(getdents64), kLogin},
      {PYSSHRP_CALL(pread64), kLogin},
      {PYSSHRP_CALL(getcwd), kLogin},
#ifdef __NR_open  // x86-64 has the old ones, too
      {PYSSHRP_CALL(open), kReading, {none_of(1, kWritingFlags)}},
      {PYSSHRP_CALL(open), kWriting},
      {PYSSHRP_CALL(stat), kLogin},
      {PYSSHRP_CALL(lstat), kLogin},
      {PYSSHRP_CALL(access), kLogin},
      {PYSSHRP_CALL(readlink), kLogin},
      {PYSSHRP_CALL(poll), kAlways},
      {PYSSHRP_CALL(select), kAlways},
      {PYSSHRP_CALL(time), kAlways},
      {PYSSHRP_CALL(alarm), kAlways},
#endif

      // known_hosts is written.
      {PYSSHRP_CALL(ftruncate), kWriting},
      {PYSSHRP_CALL(fsync), kWriting},
      {PYSSHRP_CALL(flock), kWriting},

      // Memory. NSS modules are libraries, loaded when a name is resolved; nothing that was written is ever executed.
      {PYSSHRP_CALL(brk), kAlways},
      {PYSSHRP_CALL(munmap), kAlways},
      {PYSSHRP_CALL(mremap), kAlways},
      {PYSSHRP_CALL(madvise), kAlways},
      {PYSSHRP_CALL(mprotect), kAlways, {none_of(2, PROT_EXEC)}},
      {PYSSHRP_CALL(mmap), kLogin, {none_of(2, PROT_EXEC)}},
      {PYSSHRP_CALL(mmap), kLogin, {none_of(2, PROT_WRITE), none_of(3, MAP_ANONYMOUS | MAP_SHARED)}},
      {PYSSHRP_CALL(mmap), kSsh, {none_of(2, PROT_EXEC), all_of(3, MAP_ANONYMOUS)}},

      // Time, randomness, and what the process asks about itself.
      {PYSSHRP_CALL(clock_gettime), kAlways, {only_of(0, kClocks)}},
      {PYSSHRP_CALL(clock_getres), kAlways, {only_of(0, kClocks)}},
      {PYSSHRP_CALL(clock_nanosleep), kAlways, {only_of(0, kClocks)}},
      {PYSSHRP_CALL(gettimeofday), kAlways},
      {PYSSHRP_CALL(nanosleep), kAlways},
      {PYSSHRP_CALL(timer_create), kAlways, {only_of(0, kClocks)}},
      {PYSSHRP_CALL(timer_create), kAlways, {any_of(0, kOwnProcessTime, kOwnThreadTime)}},
      {PYSSHRP_CALL(timer_settime), kAlways},
      {PYSSHRP_CALL(timer_gettime), kAlways},
      {PYSSHRP_CALL(timer_getoverrun), kAlways},
      {PYSSHRP_CALL(timer_delete), kAlways},
      {PYSSHRP_CALL(setitimer), kAlways},
      {PYSSHRP_CALL(getitimer), kAlways},
      {PYSSHRP_CALL(getrandom), kAlways},
      {PYSSHRP_CALL(getrusage), kAlways},
      {PYSSHRP_CALL(times), kAlways},
      {PYSSHRP_CALL(sysinfo), kAlways},
      {PYSSHRP_CALL(uname), kAlways},
      {PYSSHRP_CALL(getpid), kAlways},
      {PYSSHRP_CALL(getppid), kAlways},
      {PYSSHRP_CALL(gettid), kAlways},
      {PYSSHRP_CALL(getuid), kAlways},
      {PYSSHRP_CALL(geteuid), kAlways},
      {PYSSHRP_CALL(getgid), kAlways},
      {PYSSHRP_CALL(getegid), kAlways},
      {PYSSHRP_CALL(getgroups), kLogin},
      {PYSSHRP_CALL(sched_yield), kAlways},
      {PYSSHRP_CALL(sched_getaffinity), kAlways, {any_of(0, 0)}},
      {PYSSHRP_CALL(prlimit64), kAlways, {any_of(0, 0), null(2)}},
      {PYSSHRP_CALL(prlimit64), kLogin | kFront, {any_of(0, 0)}},
      {PYSSHRP_CALL(prctl), kAlways, {any_of(0, PR_SET_VMA)}},        // malloc(3) names its memory
      {PYSSHRP_CALL(prctl), kProxyHeader, {any_of(0, PR_SET_NAME)}},  // the monitor itself

      // Threads, which resolve names; signals; the end.
      {PYSSHRP_CALL(clone), kLogin, {any_of(0, kThread)}},
      {PYSSHRP_CALL(clone), kProxyHeader, {any_of(0, kFork)}},  // the monitor
      {PYSSHRP_CALL(set_robust_list), kAlways},                 // a thread may begin while the session does
      {PYSSHRP_CALL(rseq), kAlways},
      {PYSSHRP_CALL(futex), kAlways},
      {PYSSHRP_CALL(rt_sigaction), kAlways},
      {PYSSHRP_CALL(rt_sigprocmask), kAlways},
      {PYSSHRP_CALL(rt_sigreturn), kAlways},
      {PYSSHRP_CALL(sigaltstack), kAlways},
      {PYSSHRP_CALL(restart_syscall), kAlways},
      {PYSSHRP_CALL(tgkill), kAlways, {any_of(0, kOwnProcess), any_of(2, SIGABRT)}},  // abort(3)
      {PYSSHRP_CALL(exit), kAlways},
      {PYSSHRP_CALL(exit_group), kAlways},

      // The next step of the sandbox. The last filter of a session refuses another one.
      {PYSSHRP_CALL(seccomp), kAlways, {any_of(0, kSetModeFilter), only_of(1, kFilterFlags)}},
      {PYSSHRP_CALL(landlock_create_ruleset), kLogin},
      {PYSSHRP_CALL(landlock_restrict_self), kLogin},
  });
}();

#undef PYSSHRP_CALL

}  // namespace pysshrp::sandbox
