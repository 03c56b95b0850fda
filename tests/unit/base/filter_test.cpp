// The filters in a small interpreter of classic BPF: both architectures, also the one that this machine is not.
#include "base/filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "architectures.h"

namespace pysshrp::sandbox {
namespace {

constexpr std::uint32_t kBroken = 0xdeadbeef;  // what seccomp(2) would not take

/// What the kernel would do with a program, instruction by instruction.
std::uint32_t verdict(const Program& program, const seccomp_data& data) {
  std::uint32_t a = 0;
  for (std::size_t at = 0; at < program.size; ++at) {
    const sock_filter& i = program.code[at];
    const auto jump = [&](bool taken) { at += taken ? i.jt : i.jf; };
    switch (i.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (i.k % 4 != 0 || i.k + 4 > sizeof data) return kBroken;
        std::memcpy(&a, reinterpret_cast<const char*>(&data) + i.k, sizeof a);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        a &= i.k;
        break;
      case BPF_JMP | BPF_JA:
        at += i.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        jump(a == i.k);
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        jump(a >= i.k);
        break;
      case BPF_RET | BPF_K:
        return i.k;
      default:
        return kBroken;
    }
  }
  return kBroken;
}

using Arguments = std::vector<std::uint64_t>;

std::uint32_t verdict(const Architecture& on, Phase phase, std::uint32_t number, const Arguments& arguments) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = on.audit;
  std::copy(arguments.begin(), arguments.end(), data.args);
  return verdict(on.program(phase), data);
}

/// `+` allowed, `-` EPERM, `?` ENOSYS, in each phase.
std::string verdicts(const Architecture& on, std::uint32_t number, const Arguments& arguments) {
  std::string out;
  for (const Phase phase : {Phase::login, Phase::login_writing, Phase::session}) {
    const std::uint32_t got = verdict(on, phase, number, arguments);
    out += got == SECCOMP_RET_ALLOW ? '+' : got == kRefused ? '-' : got == kNotImplemented ? '?' : '!';
  }
  return out;
}

class Filters : public testing::TestWithParam<Architecture> {};
INSTANTIATE_TEST_SUITE_P(On, Filters, testing::ValuesIn(architectures()),
                         [](const auto& on) { return std::string{on.param.name}; });

constexpr std::uint64_t kPointer = 0x7fff'0000'0000;  // whose lower half is zero

struct Case {
  const char* call;
  Arguments arguments;
  const char* wanted;  ///< in login, login_writing, session
};

TEST_P(Filters, LookAtArguments) {
  const std::uint64_t own = kOwnProcess;
  const Case cases[]{
      {"openat", {0, 0, O_RDONLY | O_CLOEXEC}, "++-"},
      {"openat", {0, 0, O_WRONLY}, "-+-"},
      {"openat", {0, 0, O_RDWR}, "-+-"},
      {"openat", {0, 0, O_CREAT}, "-+-"},
      {"openat", {0, 0, O_TRUNC}, "-+-"},
      {"openat", {0, 0, O_TMPFILE}, "-+-"},
      {"openat", {0, 0, 020040000}, "-+-"},  // aarch64's O_TMPFILE
      {"fcntl", {3, F_GETFL}, "+++"},
      {"fcntl", {3, F_SETFL, O_NONBLOCK}, "+++"},
      {"fcntl", {3, F_SETFL, O_ASYNC}, "---"},
      {"fcntl", {3, F_OFD_GETLK}, "++-"},
      {"fcntl", {3, F_OFD_SETLK}, "---"},
      {"fcntl", {3, F_SETOWN, 77}, "---"},
      {"fcntl", {3, F_SETSIG, 9}, "---"},
      {"fcntl", {3, F_DUPFD_CLOEXEC}, "+++"},
      {"ioctl", {3, FIONREAD}, "+++"},
      {"ioctl", {3, TIOCSTI}, "---"},
      {"ioctl", {3, FIOASYNC}, "---"},
      {"ioctl", {3, SIOCGIFINDEX}, "++-"},
      {"sendto", {3, kPointer, 1, MSG_NOSIGNAL, 0, 0}, "+++"},
      {"sendto", {3, kPointer, 1, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0}, "+++"},
      {"sendto", {3, kPointer, 1, MSG_FASTOPEN, 0, 0}, "++-"},
      {"sendto", {3, kPointer, 1, 0, kPointer, 16}, "++-"},
      {"sendto", {3, kPointer, 1, 0, 0x1000, 16}, "++-"},
      {"sendmsg", {3, kPointer, 0}, "++-"},
      {"connect", {3, kPointer, 16}, "++-"},
      {"socket", {AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0}, "++-"},
      {"socket", {AF_UNIX, SOCK_DGRAM, 0}, "++-"},
      {"socket", {AF_UNIX, SOCK_SEQPACKET, 0}, "---"},
      {"socket", {AF_INET, SOCK_RAW, 0}, "---"},
      {"socket", {AF_INET, SOCK_DGRAM, IPPROTO_ICMP}, "---"},
      {"socket", {AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0}, "++-"},
      {"socket", {AF_NETLINK, SOCK_RAW, 9}, "---"},
      {"socket", {AF_VSOCK, SOCK_STREAM, 0}, "---"},
      {"socketpair", {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0}, "---"},
      {"socketpair", {AF_UNIX, SOCK_DGRAM, 0}, "---"},
      {"setsockopt", {3, SOL_SOCKET, SO_KEEPALIVE}, "+++"},
      {"setsockopt", {3, IPPROTO_TCP, TCP_NODELAY}, "+++"},
      {"setsockopt", {3, IPPROTO_TCP, TCP_FASTOPEN_CONNECT}, "---"},
      {"setsockopt", {3, SOL_SOCKET, SO_ATTACH_FILTER}, "---"},
      {"setsockopt", {3, SOL_SOCKET, TCP_USER_TIMEOUT}, "---"},
      {"mmap", {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS}, "+++"},
      {"mmap", {0, 4096, PROT_READ, MAP_PRIVATE}, "++-"},
      {"mmap", {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED}, "++-"},
      {"mmap", {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS}, "---"},
      {"mmap", {0, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE}, "---"},
      {"mprotect", {0, 4096, PROT_READ | PROT_WRITE}, "+++"},
      {"mprotect", {0, 4096, PROT_READ | PROT_EXEC}, "---"},
      {"clone", {0x3d0f00}, "++-"},
      {"clone", {SIGCHLD}, "---"},
      {"clone", {0x3d0f00 | CLONE_NEWNET}, "---"},
      {"tgkill", {own, 1, SIGABRT}, "+++"},
      {"tgkill", {own, 1, SIGTERM}, "---"},
      {"tgkill", {77, 77, SIGABRT}, "---"},
      {"prlimit64", {0, 2, 0, kPointer}, "+++"},
      {"prlimit64", {0, 2, kPointer, 0}, "++-"},
      {"prlimit64", {77, 2, 0, kPointer}, "---"},
      {"prlimit64", {77, 2, kPointer, 0}, "---"},
      {"clock_gettime", {CLOCK_MONOTONIC}, "+++"},
      {"clock_gettime", {static_cast<std::uint32_t>(~77 << 3 | 2)}, "---"},
      {"timer_create", {CLOCK_THREAD_CPUTIME_ID}, "+++"},
      {"timer_create", {0xffff'fffe}, "+++"},  // what timer_create(3) makes of it
      {"timer_create", {static_cast<std::uint32_t>(~77 << 3 | 2)}, "---"},
      {"prctl", {PR_SET_VMA}, "+++"},
      {"prctl", {4}, "---"},       // PR_SET_DUMPABLE
      {"seccomp", {1, 1}, "+++"},  // until the last filter
      {"seccomp", {1, 8}, "---"},  // SECCOMP_FILTER_FLAG_NEW_LISTENER
  };
  for (const Case& c : cases) {
    std::string given;
    for (const std::uint64_t argument : c.arguments) given += ' ' + std::to_string(argument);
    EXPECT_EQ(verdicts(GetParam(), GetParam().number(c.call), c.arguments), c.wanted) << c.call << given;
  }
}

TEST_P(Filters, KnowNothingElse) {
  for (const Named& call : GetParam().forbidden) {
    EXPECT_EQ(verdicts(GetParam(), call.number, {}), call.number < kNewCalls ? "---" : "???") << call.name;
    EXPECT_EQ(verdicts(GetParam(), call.number, {1, 1, 1, 1, 1, 1}).find('+'), std::string::npos) << call.name;
  }
}

TEST_P(Filters, RefuseWhatIsNotInTheTable) {
  std::set<std::uint32_t> known;
  for (const AllowedCall& call : GetParam().allowed) known.insert(call.number);
  for (std::uint32_t number = 0; number < 1000; ++number) {
    if (known.count(number) != 0) continue;
    EXPECT_EQ(verdicts(GetParam(), number, {}), number < kNewCalls ? "---" : "???") << number;
  }
  for (const std::uint32_t number : {0x40000000U, 0x40000027U, 0x7fffffffU, 0x80000000U, 0xffffffffU})
    EXPECT_EQ(verdicts(GetParam(), number, {}), "---") << number;
}

TEST_P(Filters, RefuseEveryOtherArchitecture) {
  for (const auto other :
       std::initializer_list<std::uint32_t>{AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64}) {
    if (other == GetParam().audit) continue;
    for (const AllowedCall& call : GetParam().allowed) {
      seccomp_data data{};
      data.nr = static_cast<int>(call.number);
      data.arch = other;
      EXPECT_EQ(verdict(GetParam().program(Phase::login), data), kRefused) << call.name;
    }
  }
}

TEST_P(Filters, OfASessionAllowNothingThatTheLoginRefused) {
  for (const AllowedCall& call : GetParam().allowed)
    for (const Arguments& arguments : {Arguments{}, Arguments{1, 1, 1, 1, 1, 1}, Arguments{0, 0, 2, 0x20, 0, 0}}) {
      if (verdict(GetParam(), Phase::session, call.number, arguments) != SECCOMP_RET_ALLOW) continue;
      for (const Phase login : {Phase::login, Phase::login_writing})
        EXPECT_EQ(verdict(GetParam(), login, call.number, arguments), SECCOMP_RET_ALLOW) << call.name;
    }
}

TEST_P(Filters, OfTheFrontLieBetweenAnIntroductionsAndASessions) {
  for (const AllowedCall& call : GetParam().allowed)
    for (const Arguments& arguments : {Arguments{}, Arguments{1, 1, 1, 1, 1, 1}, Arguments{0, 0, 2, 0x20, 0, 0}}) {
      const auto allows = [&](Phase phase) {
        return verdict(GetParam(), phase, call.number, arguments) == SECCOMP_RET_ALLOW;
      };
      EXPECT_LE(allows(Phase::session), allows(Phase::front)) << call.name;
      EXPECT_LE(allows(Phase::front), allows(Phase::proxy_header)) << call.name;
    }
}

TEST_P(Filters, OfTheFrontTakeWhatItIsHandedAndNothingElse) {
  const auto allowed = [&](std::string_view name, const Arguments& arguments) {
    for (const AllowedCall& call : GetParam().allowed)
      if (name == call.name) return verdict(GetParam(), Phase::front, call.number, arguments) == SECCOMP_RET_ALLOW;
    ADD_FAILURE() << "no " << name;
    return false;
  };
  EXPECT_TRUE(allowed("recvmsg", {3, kPointer, 0}));
  EXPECT_TRUE(allowed("socketpair", {AF_UNIX, SOCK_STREAM, 0, kPointer}));
  for (const char* const name : {"openat", "socket", "connect", "bind", "sendmsg", "sendmmsg", "clone", "newfstatat"})
    for (const Arguments& arguments : {Arguments{}, Arguments{1, 1, 1, 1, 1, 1}, Arguments{AF_UNIX, SOCK_STREAM, 0},
                                       Arguments{AF_INET, SOCK_STREAM, 0}})
      EXPECT_FALSE(allowed(name, arguments)) << name;
}

// Filters add up, so that nothing can be had later that an introduction refused.
TEST_P(Filters, OfAnIntroductionAllowWhatALoginAllowsAndToLock) {
  for (const AllowedCall& call : GetParam().allowed)
    for (const Arguments& arguments : {Arguments{}, Arguments{1, 1, 1, 1, 1, 1}, Arguments{0, 0, 2, 0x20, 0, 0}})
      for (const Phase login : {Phase::login, Phase::login_writing}) {
        if (verdict(GetParam(), login, call.number, arguments) != SECCOMP_RET_ALLOW) continue;
        EXPECT_EQ(verdict(GetParam(), Phase::proxy_header, call.number, arguments), SECCOMP_RET_ALLOW) << call.name;
      }
  for (const AllowedCall& call : GetParam().allowed) {
    if (std::string_view{call.name} != "fcntl") continue;
    constexpr std::uint64_t kSetLock = 37;
    EXPECT_EQ(verdict(GetParam(), Phase::proxy_header, call.number, {3, kSetLock}), SECCOMP_RET_ALLOW);
    EXPECT_EQ(verdicts(GetParam(), call.number, {3, kSetLock}), "---");
  }
}

TEST_P(Filters, AreTakenByTheKernel) {
  for (const Phase phase : {Phase::proxy_header, Phase::login, Phase::login_writing, Phase::front, Phase::session}) {
    const Program& program = GetParam().program(phase);
    ASSERT_LT(program.size, program.code.size());
    for (std::size_t at = 0; at != program.size; ++at) {
      const sock_filter& i = program.code[at];
      const std::size_t farthest = BPF_CLASS(i.code) != BPF_JMP ? 0
                                   : BPF_OP(i.code) == BPF_JA   ? i.k
                                                                : std::max(i.jt, i.jf);
      EXPECT_LT(at + farthest + (BPF_CLASS(i.code) == BPF_RET ? 0 : 1), program.size) << at;
    }
    RecordProperty("instructions", static_cast<int>(program.size));
  }
}

}  // namespace
}  // namespace pysshrp::sandbox
