#pragma once
#include <cstddef>

#include "base/deadline.h"
#include "log/log.h"
#include "relay/pending_channels.h"
#include "ssh/agent_login.h"
#include "ssh/client.h"
#include "ssh/server.h"

namespace pysshrp::connection {

struct AgentParams {
  std::size_t max_channels;
  int stop_fd;      ///< becomes readable when we are to end
  TimePoint until;  ///< the end of login_grace_time
};

/// The rest of a login for which the client's agent must sign: it can be asked only when the client is in, has opened a
/// session and has offered it (`ssh -A`). `early` gets what the client has opened and asked for until then. False if it
/// came to nothing; then the client has been told, and the log.
bool borrow_agent(ssh::Server& downstream, ssh::Client& upstream, ssh::AgentLogin& login, const AgentParams& params,
                  relay::PendingChannels& early, log::Log& log);

}  // namespace pysshrp::connection
