#pragma once
#include <cstddef>
#include <string_view>
#include <variant>

#include "base/deadline.h"
#include "base/result.h"
#include "peer/peer.h"

/// The PROXY protocol, versions 1 and 2 (HAProxy's doc/proxy-protocol.txt): how a load balancer tells before all else
/// who its client is.
namespace pysshrp::peer {

/// The header goes on. So many bytes may be read without touching what comes after it.
struct More {
  std::size_t bytes;
};
/// The balancer has come on its own account, to see whether somebody is there.
struct OwnCheck {};
using HeaderVerdict = std::variant<More, Peer, OwnCheck, Error>;

/// Judges the beginning of a connection, read as each verdict before has allowed. A header that names no TCP client and
/// is no check either is an Error: nobody is taken for the balancer.
HeaderVerdict judge_header(std::string_view so_far);

inline constexpr std::size_t kSignature = 12, kLongestHeader = 16 + 536;

/// Whether a version's whole signature is what a connection begins with.
bool begins_header(std::string_view bytes) noexcept;

using Introduction = std::variant<Peer, OwnCheck, Error>;

/// Reads a header, and not a byte more. A connection that ends without any is a check too.
Introduction read_header(int socket, int stop_fd, TimePoint until);

/// Whether a header is what has come in so far. Reads nothing, waits for nothing.
bool has_header(int socket) noexcept;

}  // namespace pysshrp::peer
