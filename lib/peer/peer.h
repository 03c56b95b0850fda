#pragma once
#include <string>

#include "base/fd.h"
#include "base/network.h"
#include "base/result.h"

namespace pysshrp::peer {

/// The client's address, from getpeername(2) or from a trusted balancer's header, never from the environment.
using Peer = Endpoint;

/// What stderr is. Under inetd all three standard descriptors are the client's socket.
enum class Stderr { journal, socket, closed, other };

struct Taken {
  Fd socket;  ///< above 9, close-on-exec
  Peer peer;
  Stderr err;
};

/// Takes the client's socket from fd 0, or from fd 3 if LISTEN_FDS says so. Puts /dev/null on 0 and on those of 1 and 2
/// that are the same socket, so that nothing that is printed later reaches the client. `journal_stream` is
/// $JOURNAL_STREAM. An Error means that there is no connected stream socket; nothing is printed here.
struct Environment {
  std::string journal_stream, listen_fds, listen_pid;
};
Result<Taken> take_socket(const Environment& environment);

/// Whether stderr is the client's socket, as under inetd before take_socket().
bool stderr_is_the_client() noexcept;

}  // namespace pysshrp::peer
