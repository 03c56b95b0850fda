#pragma once
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/fd.h"
#include "config/config.h"
#include "log/event.h"
#include "peer/startups.h"
#include "ssh/server.h"

/// What becomes of connections that are too many before they are logged in; who that is, says peer::Startup.
namespace pysshrp::connection {

/// The bounds of [pysshrp].
peer::StartupLimits startup_limits(const config::Settings& settings);

/// Looks from time to time whether a connection has to give way.
class StartupWatch {
 public:
  explicit StartupWatch(const peer::Startup& startup) : startup_(startup) {}
  bool gives_way(TimePoint now) noexcept;
  /// When it wants to look again.
  TimePoint next() const noexcept { return startup_.is_counted() ? next_ : kNever; }

 private:
  const peer::Startup& startup_;
  TimePoint next_{};
};

enum class KeyExchange { done, failed, gave_way };

/// Exchanges keys with the client, unless it fails, or this connection has to give way, before `until`.
KeyExchange exchange_keys(ssh::Server& downstream, const peer::Startup& startup, int stop_fd, TimePoint until);

/// The record for a connection that is dropped by `bound`, as sshd words it.
log::PastMaxStartups past_max_startups(int socket, const peer::Startup& startup, std::string_view bound);

/// Refuses a connection to which nothing was said yet, in sshd's words. Does not wait for the client.
void drop(const Fd& socket) noexcept;
/// Refuses one that has come further. Does not wait for the client either.
void drop(ssh::Server& downstream);

/// Why nothing is bounded although it should be, for --check; empty when all is well.
std::string startups_note(const config::Settings& settings, const char* file = peer::kStartupsFile);

}  // namespace pysshrp::connection
