#pragma once
#include <string>

#include "base/fd.h"
#include "base/network.h"
#include "base/result.h"

namespace pysshrp::peer {

/// Who is at the other end, from getpeername(2) or from a balancer that is trusted, never from the environment.
using Peer = Endpoint;

/// Where plain words may go. Under inetd all three descriptors are the client's socket.
enum class Stderr { journal, socket, closed, other };

struct Taken {
  Fd socket;  ///< above 9, close-on-exec
  Peer peer;
  Stderr err;
};

/// Takes the client's socket from fd 0 (else fd 3 when LISTEN_FDS says so) and puts /dev/null on 0 and on whichever of
/// 1 and 2 are that same socket. After this nothing that is printed can reach the client. `journal_stream` is
/// $JOURNAL_STREAM. No error text is printed here: an Error means fd 0 is not a connected stream socket.
struct Environment {
  std::string journal_stream, listen_fds, listen_pid;
};
Result<Taken> take_socket(const Environment& environment);

/// Whether what is printed on stderr would reach the client, as under inetd before take_socket().
bool stderr_is_the_client() noexcept;

}  // namespace pysshrp::peer
