#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/sandbox.h"
#include "config/config.h"
#include "config/notes.h"
#include "connection/explain.h"
#include "connection/probe.h"
#include "connection/serve.h"
#include "connection/setting.h"
#include "connection/version.h"
#include "log/log.h"
#include "options.h"
#include "peer/peer.h"

namespace pysshrp {
namespace {

constexpr int kOk = 0, kUsage = 64, kConfigFaulty = 78;  // sysexits.h

std::string variable(const char* name) {
  const char* value = ::getenv(name);
  return value ? value : "";
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

/// Readable when somebody wants this process to end. Blocked from now on, the signals interrupt no system call: libssh
/// takes that for an error.
Fd watch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

/// Says why nobody is served; in syslog where the client would read it.
int refuse(const std::string& why) {
  if (peer::stderr_is_the_client())
    log::Log{log::open_sink(log::Target::syslog)}(log::ConfigFaulty{why});
  else
    std::fprintf(stderr, "pysshrp-handler: %s\n", why.c_str());
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
  const auto faults = connection::check(config, options.config, variable("CREDENTIALS_DIRECTORY"));
  for (const config::Fault& fault : faults) std::printf("%s\n", fault.text().c_str());
  for (const config::Fault& note : config::notes(config)) std::fprintf(stderr, "%s\n", note.text().c_str());
  return faults.empty() ? kOk : kConfigFaulty;
}

int explain(const Options& options) {
  look_as_handler();
  const auto explanation = connection::explain(config::Config::load(options.config), options.who);
  std::fputs(explanation.text.c_str(), stdout);
  return explanation.status;
}

int probe(const Options& options) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto explanation = connection::probe(config::Config::load(options.config), options.who);
  std::fputs(explanation.text.c_str(), stdout);
  return explanation.status;
}

int serve(const Options& options) {
  ::signal(SIGPIPE, SIG_IGN);
  const std::string credentials_directory = variable("CREDENTIALS_DIRECTORY"),
                    notify_socket = variable("NOTIFY_SOCKET");
  auto taken = peer::take_socket({variable("JOURNAL_STREAM"), variable("LISTEN_FDS"), variable("LISTEN_PID")});
  if (!taken) return refuse(taken.error().what);
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
                            notify_socket, stop.get(), options.allow_no_seccomp},
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
