#pragma once
#include <optional>
#include <string>
#include <vector>

#include "auth/user_auth_client.h"
#include "base/deadline.h"
#include "base/host.h"
#include "base/network.h"
#include "route/route.h"
#include "ssh/algorithms.h"
#include "ssh/client.h"
#include "ssh/wait.h"
#include "upstream/connector.h"

namespace pysshrp::upstream {

/// The connection to the upstream of one route, up to the login. No secret leaves before its host key is verified.
///
/// Of several hosts the first that shows a host key is the one. One that cannot be reached, or exchanges no keys, is
/// passed over; one whose key is refused ends it all: somebody may be in the way, and that must not pass unnoticed.
class Upstream {
 public:
  /// `route`, `algorithms` and `connector`, which is this one's alone, outlive it. `client` is for
  /// upstream_proxy_protocol.
  Upstream(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client, Connector& connector);

  /// Resolves, connects, exchanges keys, verifies the host key. To be repeated while it says `again`, whenever
  /// waits_for() or the session is ready, or deadline() has passed. After `failed`, error() tells the operator why.
  ssh::Progress reach(TimePoint now);

  /// What to sleep on besides the session.
  std::vector<ssh::Other> waits_for() const;
  TimePoint deadline() const noexcept { return deadline_; }
  bool connected() const noexcept { return step_ > Step::dial; }
  /// Whether the session can be served: until then it is waits_for() alone.
  bool joined() const noexcept { return step_ > Step::exchange_keys; }
  bool dead() const noexcept { return joined() && session_->dead(); }
  ssh::Client& session() noexcept { return *session_; }
  const ssh::Client& session() const noexcept { return *session_; }
  /// Why it failed, for the operator.
  const std::string& error() const noexcept { return error_; }
  /// The same for the client: true, and without a name in it.
  const char* error_for_client() const noexcept;
  /// What went wrong at the host of now, and before it at the others.
  std::string with_all_hosts(const std::string& error) const;
  const auth::VerifiedHost& verified() const noexcept { return verified_; }
  /// The host of now, as `host:port`, and its address: the one connected to, or else the one tried last.
  const Host& host() const noexcept { return route_.upstream_host[host_]; }
  std::uint16_t port() const noexcept { return host().port.value_or(route_.upstream_port); }
  std::string where() const { return with_port(host().name, port()); }
  const std::string& address() const noexcept { return dialled_.address; }
  const Dialled& dialled() const noexcept { return dialled_; }

 private:
  enum class Step { dial, exchange_keys, verify, ready };
  ssh::Progress take_step(TimePoint now);
  void start_over();
  bool pass_over();
  std::string with_host(const std::string& error) const;
  ssh::Progress dial(TimePoint now);
  Status send_proxy_header();
  ssh::Progress exchange_keys(TimePoint now);
  ssh::Progress verify_host_key();

  const route::Route& route_;
  const ssh::Algorithms& algorithms_;
  const Endpoint client_;
  Connector& connector_;
  std::size_t host_ = 0;  ///< of the route's
  Dialled dialled_;
  Fd socket_;  // libssh does not close a socket that it was given
  std::optional<ssh::Client> session_;
  Step step_ = Step::dial;
  TimePoint deadline_ = kNever;
  auth::VerifiedHost verified_;
  std::string error_;
  std::vector<std::string> passed_over_;  ///< hosts, and addresses of the host of now, each with the reason
};

}  // namespace pysshrp::upstream
