#include "handler.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace peer {

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSanitizerReport = 99;  // exitcode= in ASAN_OPTIONS, UBSAN_OPTIONS and LSAN_OPTIONS
constexpr int kConfiguration = 78;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// CPU seconds that a process has used: utime and stime of proc(5).
double cpu_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 2, line.size())));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct End {
  int status = 0;
  rusage usage{};
};

/// How the process ended, if it does within that time.
template <typename Look>
std::optional<End> wait_for(pid_t pid, double bound, Look look) {
  const auto begin = Clock::now();
  End end;
  while (::wait4(pid, &end.status, WNOHANG, &end.usage) == 0) {
    if (seconds_since(begin) > bound) return std::nullopt;
    look();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return end;
}

std::string how(int status) {
  if (WIFSIGNALED(status)) return std::string("ended by a signal: ") + ::strsignal(WTERMSIG(status));
  if (WEXITSTATUS(status) == kSanitizerReport) return "sanitizer report";
  if (WEXITSTATUS(status) == 0) return "";
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Handler::Handler(const std::string& program, const std::string& config, int socket) : pid_(::fork()) {
  if (pid_ == 0) {
    ::dup2(socket, 0);
    ::dup2(socket, 1);
    ::execl(program.c_str(), program.c_str(), "--config", config.c_str(), nullptr);
    ::_exit(kConfiguration);
  }
  ::close(socket);
}

std::string Handler::end_by_force() {
  const double before = cpu_of(pid_);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto used = static_cast<int>((cpu_of(pid_) - before) * 100);
  std::string reason = "is left behind, uses " + std::to_string(used) + " % CPU";
  ::kill(pid_, SIGTERM);
  if (!wait_for(pid_, 2, [] {})) {
    reason += ", does not end by SIGTERM";
    ::kill(pid_, SIGKILL);
    wait_for(pid_, 10, [] {});
  }
  return reason;
}

/// VmHWM of proc(5). That of rusage begins with the size of who has started the process.
void Handler::look() {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("VmHWM:", 0) == 0) peak_ = std::max(peak_, std::stol(line.substr(6)));
}

std::string Handler::check(const Limits& limits) {
  const double cpu_before = cpu_of(pid_);
  const std::optional<End> end = wait_for(pid_, limits.seconds, [&] { look(); });
  if (!end) return end_by_force();
  if (const std::string reason = how(end->status); !reason.empty()) return reason;
  const double cpu = seconds(end->usage.ru_utime) + seconds(end->usage.ru_stime) - cpu_before;
  if (cpu_before > 0 && cpu > limits.cpu) return "used " + std::to_string(cpu) + " s of CPU after its peers had left";
  if (peak_ > limits.memory) return "grew to " + std::to_string(peak_) + " KiB";
  return "";
}

}  // namespace peer
