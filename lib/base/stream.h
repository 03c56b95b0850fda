#pragma once
#include <cstddef>
#include <optional>

#include "base/backlog.h"

namespace pysshrp {

// The two halves of a channel, as a lane sees them. Each direction ends by itself (RFC 4254, section 5.3: EOF, then
// CLOSE). Nothing here blocks.

/// Where bytes come from.
class Source {
 public:
  virtual ~Source() = default;
  /// The next received bytes. Valid until the next call. Nothing if all have been taken.
  virtual std::optional<Piece> front() = 0;
  /// Removes the first `n` bytes of front().
  virtual void pop(std::size_t n) = 0;
  virtual bool drained() const = 0;  ///< front() is empty now; more may arrive
  virtual bool eof() const = 0;      ///< the peer has sent EOF: nothing arrives after what is buffered
  virtual bool closed() const = 0;   ///< the peer has closed the channel
  /// Throws away what is buffered and everything that arrives from now on.
  virtual void discard() = 0;
};

/// Where bytes go.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual bool gone() const = 0;  ///< the channel or the connection is closed by the peer: nothing can be sent
  /// Sends. Returns the number of bytes taken: 0 while the window or the socket is full.
  virtual std::size_t write(std::span<const char> bytes, bool is_stderr) = 0;
  virtual void send_eof() = 0;
  /// To be called again until close_sent().
  virtual void close() = 0;
  virtual bool close_sent() const = 0;
};

}  // namespace pysshrp
