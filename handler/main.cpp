#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/sandbox.h"
#include "config/config.h"
#include "connection/check.h"
#include "connection/explain.h"
#include "connection/probe.h"
#include "connection/serve.h"
#include "connection/startups.h"
#include "connection/version.h"
#include "log/log.h"
#include "log/text.h"
#include "options.h"
#include "peer/peer.h"

namespace pysshrp {
namespace {

constexpr int kOk = 0, kUsage = 64, kConfigFaulty = 78;  // sysexits.h

std::string variable(const char* name) {
  const char* value = ::getenv(name);
  return value ? value : "";
}

/// What the journal knows the connection by, where systemd has started this very process for it: an inetd that is a
/// service of systemd's hands the id of its own down. Else the process id.
std::string connection_id() {
  std::string own = std::to_string(::getpid());
  return variable("SYSTEMD_EXEC_PID") == own ? variable("INVOCATION_ID") : own;
}

log::Target target_for(peer::Stderr err) {
  switch (err) {
    case peer::Stderr::journal:
      return log::Target::journal;
    case peer::Stderr::socket:
    case peer::Stderr::closed:
      return log::Target::syslog;
    case peer::Stderr::other:
      break;
  }
  return log::Target::stderr_lines;
}

int stop_event = -1;  // a signal handler gets no argument

/// Readable when somebody wants this process to end. The second signal of a kind ends it at once, whatever it is doing.
/// No system call is interrupted that libssh makes: its sockets do not block, and the others are restarted.
Fd watch_signals() {
  Fd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  stop_event = event.get();
  struct sigaction action {};
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  action.sa_handler = [](int) noexcept {
    const int saved = errno;
    const std::uint64_t one = 1;
    (void)!::write(stop_event, &one, sizeof one);
    errno = saved;
  };
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    ::sigaction(signal, &action, nullptr);
    sigaddset(&set, signal);
  }
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  return event;
}

// The only ways to print what comes from a file, an argument or an upstream.
void print_lines(std::FILE* to, const std::string& lines) {
  std::fputs(log::for_terminal(lines, "\n").c_str(), to);
}
void print_line(std::FILE* to, const std::string& line) {
  std::fprintf(to, "%s\n", log::for_terminal(line).c_str());
}

/// Says why nobody is served; in syslog where the client would read it.
int refuse(const std::string& why) {
  if (peer::stderr_is_the_client())
    log::Log{log::open_sink(log::Target::syslog)}(log::ConfigFaulty{why});
  else
    print_line(stderr, "pysshrp-handler: " + why);
  return kUsage;
}

/// What root may read says nothing of a handler: from here on with its eyes, where its user exists.
void look_as_handler() {
  const passwd* const handler = ::geteuid() == 0 ? ::getpwnam("pysshrp") : nullptr;
  if (handler == nullptr || ::initgroups(handler->pw_name, handler->pw_gid) != 0 || ::setgid(handler->pw_gid) != 0)
    return;
  if (::setuid(handler->pw_uid) != 0) std::perror("pysshrp-handler: setuid");
}

int check(const Options& options) {
  look_as_handler();
  const auto config = config::Config::load(options.config);
  const auto [faults, notes] = connection::check(config, variable("CREDENTIALS_DIRECTORY"));
  for (const config::Fault& fault : faults) print_line(stdout, fault.text());
  for (const config::Fault& note : notes) print_line(stderr, note.text());
  if (const auto note = connection::startups_note(config.settings()); !note.empty()) print_line(stderr, note);
  return faults.empty() ? kOk : kConfigFaulty;
}

int explain(const Options& options) {
  look_as_handler();
  const auto explanation = connection::explain(config::Config::load(options.config), options.who);
  print_lines(stdout, explanation.text);
  return explanation.status;
}

int probe(const Options& options) {
  look_as_handler();
  ::signal(SIGPIPE, SIG_IGN);
  const auto explanation = connection::probe(config::Config::load(options.config), options.who);
  print_lines(stdout, explanation.text);
  return explanation.status;
}

int serve(const Options& options) {
  ::signal(SIGPIPE, SIG_IGN);
  const std::string credentials_directory = variable("CREDENTIALS_DIRECTORY"),
                    notify_socket = variable("NOTIFY_SOCKET");
  auto taken = peer::take_socket({variable("JOURNAL_STREAM"), variable("LISTEN_FDS"), variable("LISTEN_PID")});
  if (!taken) return refuse(taken.error().what);
  std::string id = connection_id();
  ::clearenv();
  if (sandbox::kPossible) sandbox::seal();
  const Fd stop = watch_signals();
  log::Log log{log::open_sink(target_for(taken->err))};
  log.context.peer = taken->peer.address ? taken->peer.address->text() : "unix";
  log.context.port = taken->peer.port;
  if (::geteuid() == 0 && !options.allow_root) {
    log(log::ConfigFaulty{
        "refusing to serve as root: set User= in the unit or the user in inetd.conf, or start with --allow-root"});
    return kConfigFaulty;
  }
  config::Config config = config::Config::load(options.config);
  log.set_level(config.settings().level);
  return connection::serve({std::move(taken->socket), taken->peer, std::move(config), credentials_directory,
                            notify_socket, std::move(id), stop.get(), options.allow_no_seccomp},
                           log);
}

int run(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return refuse(options.error().what);
  switch (options->mode) {
    case Options::Mode::serve:
      return serve(*options);
    case Options::Mode::check:
      return check(*options);
    case Options::Mode::explain:
      return explain(*options);
    case Options::Mode::probe:
      return probe(*options);
    case Options::Mode::version:
      std::printf("pysshrp %s\n%s", PYSSHRP_VERSION, connection::library_versions().c_str());
      return kOk;
    case Options::Mode::help:
      std::fputs(usage().c_str(), stdout);
      return kOk;
  }
  return kUsage;
}

}  // namespace
}  // namespace pysshrp

int main(int argc, char** argv) {
  return pysshrp::run(argc, argv);
}
