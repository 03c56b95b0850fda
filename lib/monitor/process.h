#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/fd.h"
#include "base/network.h"
#include "base/result.h"
#include "config/config.h"
#include "monitor/authenticator.h"
#include "monitor/messages.h"
#include "monitor/socket.h"
#include "peer/peer.h"
#include "ssh/algorithms.h"
#include "ssh/signing_key.h"
#include "upstream/connector.h"

namespace pysshrp::monitor {

/// The monitor: the process beside the front that answers its requests until the login is over. What it is asked is
/// bounded, since the front may be somebody else's by now.
class Process {
 public:
  /// `config`, `algorithms`, `peer` and `connection_id` outlive it. `agent` is where libssh in the front asks for
  /// signatures. At `until` it is over in any case.
  Process(Socket front, Fd agent, const config::Config& config, const ssh::Algorithms& algorithms,
          const peer::Peer& peer, const std::string& connection_id, TimePoint until);

  enum class End {
    done,
    front_ended,  ///< without having said that it is done
    front_broke,  ///< it has sent what it never sends, or too much
    time_over
  };
  End run();
  /// Whom it was asked about; empty: nobody yet.
  const std::string& user() const noexcept { return user_; }

 private:
  void wait(TimePoint now);
  void serve_front();
  void serve_agent();
  void serve_dial(TimePoint now);
  void answer(Answer answer, int descriptor = -1);
  void on(const UserRequest& request);
  void on(const PasswordRequest& request);
  void on(const KeyQuery& query);
  void on(const KeyRequest& request);
  void on(const DialRequest& request);
  void on(const HostKeyRequest& request);
  void on(const LoadKeyRequest& request);
  void on(const Done&) { end_ = End::done; }
  Result<ssh::SigningKey> upstream_key(const route::Route& route) const;
  std::size_t max_dials() const noexcept;
  void end_for_breach() { end_ = End::front_broke; }

  Socket front_;
  Fd agent_;
  const TimePoint until_;
  const unsigned max_tries_;
  Authenticator authenticator_;
  const peer::Peer& peer_;
  const std::string& connection_id_;
  std::string user_;
  std::optional<upstream::LocalConnector> connector_;  // once there is a route
  std::optional<DialRequest> dialling_;
  std::optional<std::uint32_t> connected_;  ///< the host that the last connection is to
  std::optional<Address> upstream_sees_;    ///< where the last connection comes from
  std::optional<ssh::SigningKey> key_;
  std::string asked_agent_;  ///< what has come of the agent's next message
  bool has_request_ = false, has_agent_request_ = false;
  TimePoint next_password_ = TimePoint::min();
  unsigned requests_ = 0, passwords_ = 0, agent_requests_ = 0;
  std::size_t dials_ = 0, loads_ = 0;
  std::optional<End> end_;
};

}  // namespace pysshrp::monitor
