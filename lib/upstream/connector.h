#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "auth/user_auth_client.h"
#include "base/deadline.h"
#include "base/fd.h"
#include "base/public_key.h"
#include "base/result.h"
#include "route/route.h"
#include "ssh/wait.h"
#include "upstream/dial.h"
#include "upstream/host_key.h"

namespace pysshrp::upstream {

/// What has come of a connection.
struct Dialled {
  Fd socket = Fd{};                          ///< connected; nothing: there is none
  std::string address;                       ///< the one that is connected, else the one tried last
  std::vector<Dial::Failure> failures;       ///< the addresses that were tried in vain
  std::string error;                         ///< why there is none, for the operator
  std::vector<std::string> known_key_types;  ///< of the host's keys in known_hosts
};

/// Who connects to the hosts of one route and knows their keys: what an upstream's connection needs of the world
/// outside its socket. Hosts are named by their place in the route.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Begins a connection, and gives up one that has begun.
  virtual void dial(std::size_t host) = 0;
  /// To be repeated while there is nothing, whenever waits_for() is ready or deadline() has passed.
  virtual std::optional<Dialled> advance(TimePoint now) = 0;
  virtual std::vector<ssh::Other> waits_for() const = 0;
  virtual TimePoint deadline() const = 0;
  /// Checks the host key that the host has just proved to have, and does what upstream_host_key_check says. An Error
  /// says to the operator what was found, what was expected, and what to do.
  virtual Result<auth::VerifiedHost> verify(std::size_t host, const PublicKey& key) = 0;
};

/// Who signs with the key that the proxy has for the upstream.
class KeyAgent {
 public:
  virtual ~KeyAgent() = default;
  /// Before connect(). An Error says to the operator what is wrong with its file or its certificate.
  virtual Status load_key() = 0;
  /// A connection to an agent (draft-ietf-sshm-ssh-agent) that has this key and no other.
  virtual Fd connect() = 0;
};

/// Connects from this very process.
class LocalConnector final : public Connector {
 public:
  /// `route` outlives it.
  explicit LocalConnector(const route::Route& route, UpdateKnownHosts update = UpdateKnownHosts::yes) noexcept
      : route_(route), update_(update) {}
  void dial(std::size_t host) override;
  std::optional<Dialled> advance(TimePoint now) override;
  std::vector<ssh::Other> waits_for() const override;
  TimePoint deadline() const override { return dial_ ? dial_->deadline() : kNever; }
  Result<auth::VerifiedHost> verify(std::size_t host, const PublicKey& key) override;

 private:
  std::uint16_t port(const Host& host) const noexcept { return host.port.value_or(route_.upstream_port); }

  const route::Route& route_;
  const UpdateKnownHosts update_;
  std::size_t host_ = 0;
  std::optional<Dial> dial_;
};

}  // namespace pysshrp::upstream
