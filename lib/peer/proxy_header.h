#pragma once
#include <cstddef>
#include <string_view>
#include <variant>

#include "base/deadline.h"
#include "base/result.h"
#include "peer/peer.h"

/// The PROXY protocol, versions 1 and 2 (HAProxy's doc/proxy-protocol.txt): a load balancer begins the connection with
/// a header that names its client.
namespace pysshrp::peer {

/// The header is not complete. This many bytes can be read without reading beyond its end.
struct NeedMore {
  std::size_t bytes;
};
/// The command LOCAL (version 2) or the protocol UNKNOWN (version 1): the balancer connects for itself, as a health
/// check.
struct LocalCommand {};
using ParsedHeader = std::variant<NeedMore, Peer, LocalCommand, Error>;

/// Parses the beginning of a connection; each NeedMore says how much to read before the next call. A header that names
/// neither a TCP client nor LOCAL is an Error. It never falls back to the balancer's own address.
ParsedHeader parse_header(std::string_view so_far);

inline constexpr std::size_t kSignature = 12, kLongestHeader = 16 + 536;

/// Whether `bytes` begin with the whole signature of version 1 or 2.
bool begins_header(std::string_view bytes) noexcept;

using ProxyHeader = std::variant<Peer, LocalCommand, Error>;

/// Reads a header, and no byte beyond it. A connection that ends without a byte counts as LocalCommand.
ProxyHeader read_proxy_header(int socket, int stop_fd, TimePoint until);

/// Whether the received bytes begin with a header. Leaves them in the socket, and does not wait.
bool has_proxy_header(int socket) noexcept;

}  // namespace pysshrp::peer
