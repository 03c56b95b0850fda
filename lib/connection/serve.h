#pragma once
#include <string>

#include "base/fd.h"
#include "config/config.h"
#include "log/log.h"
#include "peer/peer.h"

namespace pysshrp::connection {

/// One connection: a client, and what main() has found out.
struct Connection {
  Fd socket;
  peer::Peer peer;
  config::Config config;
  std::string credentials_directory;  ///< $CREDENTIALS_DIRECTORY
  std::string notify_socket;          ///< $NOTIFY_SOCKET
  std::string id;                     ///< for the logs of others, see main()
  int stop_fd;                        ///< becomes readable when we are to end
  bool allow_no_seccomp = false;      ///< serve where the kernel takes no filter of system calls
};

/// Serves it to its end. The exit status: 0, also after a refused login; 78 when the configuration did not allow to
/// serve.
int serve(Connection connection, log::Log& log);

}  // namespace pysshrp::connection
