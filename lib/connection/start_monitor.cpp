#include "connection/start_monitor.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "base/sandbox.h"
#include "connection/server_settings.h"
#include "monitor/process.h"
#include "monitor/socket.h"

namespace pysshrp::connection {
namespace {

using monitor::Process;

// What the front still has to say when its time is over.
constexpr std::chrono::seconds kLonger{5};

/// What the front cannot say any more.
void tell(Process::End end, const std::string& user, log::Log& log) {
  if (end == Process::End::done || end == Process::End::time_over) return;
  log.context.user = user;
  log(log::LoginEnded{log::Broken{end == Process::End::front_ended
                                      ? "the process that serves the client has ended"
                                      : "the process that serves the client asks what it never asks: "
                                        "somebody may have taken it over"}});
  log.finish();
}

/// Ends with the front, and not with the signals that ask it to end.
[[noreturn]] void be_monitor(monitor::Socket front, Fd agent, Connection& connection, const MonitorParams& params,
                             log::Log& log) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "pysshrp-monitor");
  connection.socket = Fd{};
  ::close(connection.stop_fd);
  params.leave();
  const auto files = writes_files(connection.config) ? sandbox::Files::read_and_write : sandbox::Files::read;
  // Where the kernel takes no filter, the front says so.
  if (sandbox::kPossible && !sandbox::enter_login(files) && !connection.allow_no_seccomp) std::_Exit(0);
  Process process{std::move(front), std::move(agent), connection.config,     params.algorithms,
                  connection.peer,  connection.id,    params.until + kLonger};
  const Process::End end = process.run();
  tell(end, process.user(), log);
  std::_Exit(0);
}

}  // namespace

std::unique_ptr<monitor::Client> start_monitor(Connection& connection, const MonitorParams& params, log::Log& log) {
  auto [front, monitor] = monitor::Socket::pair();
  std::array<int, 2> agent{-1, -1};
  (void)!::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, agent.data());
  Fd asks{agent[0]}, signs{agent[1]};
  ::signal(SIGCHLD, SIG_IGN);  // nobody waits for the monitor
  const pid_t child = front.fd() >= 0 && signs ? ::fork() : -1;
  if (child < 0) {
    log(log::ConfigFaulty{"no process for the monitor: " + std::string{std::strerror(errno)} +
                          " (TasksMax= of the unit and of pysshrp.slice, or the user's limit of processes)"});
    return nullptr;
  }
  if (child == 0) {
    front = monitor::Socket{Fd{}};
    asks = Fd{};
    be_monitor(std::move(monitor), std::move(signs), connection, params, log);
  }
  front.limit_waits(connection.config.settings().login_grace_time.count() + kLonger.count());
  return std::make_unique<monitor::Client>(std::move(front), std::move(asks), params.algorithms, connection.peer,
                                           [&log](std::string what) { log(log::KeyNoted{std::move(what)}); });
}

}  // namespace pysshrp::connection
