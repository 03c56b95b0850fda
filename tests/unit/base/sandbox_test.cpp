// Each case gives rights up for good, and so does it in a child.
#include "base/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

namespace pysshrp::sandbox {
namespace {

constexpr const char* kNotHere = "the sanitizers need what is refused";
constexpr pid_t kNobody = 0x7fffffff;

/// The names of the deeds that succeed in a child which has `entered`, each with a blank behind it.
std::string possible(const std::function<void()>& enter) {
  const pid_t bystander = fork();
  if (bystander == 0) {
    pause();
    _exit(0);
  }
  std::array<int, 2> report{};
  EXPECT_EQ(pipe(report.data()), 0);
  const std::string folder = testing::TempDir() + "sandbox." + std::to_string(getpid()), file = folder + "/file";
  mkdir(folder.c_str(), 0700);
  close(open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGUSR1, SIG_IGN);
    enter();
    const auto deed = [&](const char* name, bool done) {
      if (done) (void)!write(report[1], (std::string{name} + ' ').data(), strlen(name) + 1);
    };
    const auto opened = [](const std::string& path, int flags) {
      return open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0;
    };
    deed("read", opened(file, O_RDONLY));
    deed("list", opened(folder, O_RDONLY | O_DIRECTORY));
    deed("write", opened(file, O_WRONLY));
    deed("make", opened(folder + "/new", O_WRONLY | O_CREAT));
    deed("rename", rename(file.c_str(), (folder + "/other").c_str()) == 0 &&
                       rename((folder + "/other").c_str(), file.c_str()) == 0);
    deed("remove", unlink((folder + "/new").c_str()) == 0);
    deed("fork", [] {
      const pid_t grandchild = fork();
      if (grandchild == 0) _exit(0);
      return grandchild > 0 && waitpid(grandchild, nullptr, 0) == grandchild;
    }());
    deed("kill", kill(bystander, 0) == 0);
    deed("tgkill", syscall(SYS_tgkill, bystander, bystander, 0) == 0);
    deed("raise", raise(SIGUSR1) == 0);
    deed("thread", [] {
      pthread_t thread{};
      const auto nothing = [](void* argument) -> void* { return argument; };
      return pthread_create(&thread, nullptr, nothing, nullptr) == 0 && pthread_join(thread, nullptr) == 0;
    }());
    deed("trace", ptrace(PTRACE_SEIZE, kNobody, nullptr, nullptr) != 0 && errno == ESRCH);
    deed("inet", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    deed("inet6", socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
    deed("unix", socket(AF_UNIX, SOCK_DGRAM, 0) >= 0);
    std::array<int, 2> pair{};
    deed("talk", socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) == 0 && write(pair[0], "x", 1) == 1);
    deed("exec", [] {
      const pid_t grandchild = vfork();
      if (grandchild == 0) {
        execl("/bin/true", "true", nullptr);
        _exit(1);
      }
      int status = 0;
      return grandchild > 0 && waitpid(grandchild, &status, 0) == grandchild && WIFEXITED(status) &&
             WEXITSTATUS(status) == 0;
    }());
    if (execl("/bin/sh", "sh", "-c", ("printf 'become ' >&" + std::to_string(report[1])).c_str(), nullptr) != 0)
      _exit(0);
  }
  close(report[1]);
  std::string text;
  std::array<char, 512> buffer;
  for (ssize_t n = 0; (n = read(report[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  close(report[0]);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "not all deeds were tried";
  kill(bystander, SIGKILL);
  waitpid(bystander, nullptr, 0);
  unlink((folder + "/new").c_str());
  unlink(file.c_str());
  rmdir(folder.c_str());
  return text;
}

bool has_landlock() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

TEST(Sandbox, WithoutItEverythingIsPossible) {
  EXPECT_EQ(possible([] {}),
            "read list write make rename remove fork kill tgkill raise thread trace inet inet6 unix talk exec become ");
}

TEST(Sandbox, WhileABalancerIsHeardNothingIsPossibleThatALoginWouldNotNeed) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_proxy_header());
            }),
            "read list write make thread inet inet6 unix talk ");
}

TEST(Sandbox, AfterABalancerWasHeardTheLoginIsAsTightAsEver) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_proxy_header());
              EXPECT_TRUE(enter_login(Files::read));
            }),
            "read list thread inet inet6 unix ");
}

TEST(Sandbox, ToLogInItReadsAndConnects) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_login(Files::read));
            }),
            "read list thread inet inet6 unix ");
}

TEST(Sandbox, AnAcceptedHostKeyMayBeWrittenDown) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_login(Files::read_and_write));
            }),
            "read list write make thread inet inet6 unix ");
}

TEST(Sandbox, WhoSpeaksWithTheClientOpensNothing) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_front());
            }),
            "talk ");
}

TEST(Sandbox, ToRelayItNeedsNothingNew) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(possible([] {
              seal();
              EXPECT_TRUE(enter_front());
              EXPECT_TRUE(enter_relay());
            }),
            "");
}

TEST(Sandbox, EachStepHoldsForAllThreads) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  const pid_t child = fork();
  if (child == 0) {
    seal();
    std::atomic<bool> entered = false;
    bool opened = true;
    std::thread other{[&] {
      while (!entered) std::this_thread::yield();
      opened = open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
    }};
    entered = enter_front() && enter_relay();
    other.join();
    _exit(opened ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Sandbox, AbortTellsItsSignal) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  const pid_t child = fork();
  if (child == 0) {
    seal();
    if (!enter_front() || !enter_relay()) _exit(2);
    abort();
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
}

TEST(Sandbox, ATimerEndsALoop) {
  if (!kPossible) GTEST_SKIP() << kNotHere;
  const pid_t child = fork();
  if (child == 0) {
    seal();
    if (!enter_front() || !enter_relay()) _exit(2);
    sigevent how{};
    how.sigev_notify = SIGEV_SIGNAL;
    how.sigev_signo = SIGXCPU;
    timer_t timer{};
    const itimerspec soon{{}, {0, 1'000'000}};
    if (timer_create(CLOCK_THREAD_CPUTIME_ID, &how, &timer) != 0 || timer_settime(timer, 0, &soon, nullptr) != 0)
      _exit(3);
    for (;;) asm volatile("");
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) << status;
}

TEST(Sandbox, SealedItLeavesNoCoreAndNoLook) {
  const pid_t child = fork();
  if (child == 0) {
    seal();
    rlimit core{};
    getrlimit(RLIMIT_CORE, &core);
    _exit(core.rlim_max == 1 && prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace pysshrp::sandbox
