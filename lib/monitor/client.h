#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/monitor.h"
#include "base/deadline.h"
#include "base/fd.h"
#include "monitor/client_keys.h"
#include "monitor/messages.h"
#include "monitor/socket.h"
#include "peer/peer.h"
#include "route/route.h"
#include "ssh/algorithms.h"
#include "upstream/connector.h"

namespace pysshrp::monitor {

/// The front's end: asks the monitor for all that this process may not have. Most calls wait for the answer. When the
/// monitor is gone, nobody is let in and nothing is reached.
class Client final : public auth::Monitor, public upstream::Connector, public upstream::KeyAgent {
 public:
  /// `algorithms` and `peer` outlive it. `note` takes why a client's key is not used.
  Client(Socket monitor, Fd agent, const ssh::Algorithms& algorithms, const peer::Peer& peer, Note note);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// Tells the monitor that the login is over.
  ~Client() override;

  /// Once: what there is to know of the user. Then route().
  UserAnswer look_up(const UserName& user);
  /// Without secrets, but for the upstream_password of a client that has proved itself. Null: routed nowhere.
  const route::Route* route() const noexcept { return route_.get(); }
  std::unique_ptr<route::Route> take_route() noexcept { return std::move(route_); }

  /// Takes in what has come. To be called whenever fd() is readable.
  void service();
  int fd() const noexcept { return monitor_.fd(); }
  bool has_ended() const noexcept { return has_ended_; }

  // auth::Monitor
  bool upstream_decides() const override { return user_.upstream_decides; }
  auth::KeyPolicy key_policy() const override { return user_.key_policy; }
  bool accepts_unsigned_keys() const override { return user_.accepts_unsigned_keys; }
  auth::PasswordCheck check_password(const Secret& typed) override;
  bool can_verify(const PublicKey& key) override { return keys_.is_verifiable(key); }
  bool knows_key(const PublicKey& key) override;
  std::optional<auth::KeyRights> rights_of(const PublicKey& key) override;
  std::optional<auth::KeyRights> rights_in(const std::string& authorized_keys, const PublicKey& key) override;

  // upstream::Connector
  void dial(std::size_t host) override;
  std::optional<upstream::Dialled> advance(TimePoint now) override;
  std::vector<ssh::Other> waits_for() const override;
  TimePoint deadline() const override { return kNever; }  // the monitor sees to it
  Result<auth::VerifiedHost> verify(std::size_t host, const PublicKey& key) override;

  // upstream::KeyAgent
  Status load_key() override;
  Fd connect() override;

 private:
  template <class Wanted>
  std::optional<Wanted> ask(const Request& request);
  std::optional<Answer> receive(Socket::Wait wait);
  bool send(const Request& request);
  void take(DialAnswer answer, Fd socket);
  void keep(std::optional<Secret> upstream_password);
  void end() noexcept { has_ended_ = true; }

  Socket monitor_;
  Fd agent_;
  const Note note_;
  ClientKeys keys_;
  UserAnswer user_;
  std::unique_ptr<route::Route> route_;
  std::uint32_t dial_ = 0;  ///< the number of the last one
  std::optional<upstream::Dialled> dialled_;
  bool has_ended_ = false;
};

}  // namespace pysshrp::monitor
