#pragma once
#include <cstddef>
#include <optional>

#include "base/backlog.h"

namespace pysshrp {

// The two halves of one end of a bridge, as a lane sees them. Each direction ends in its own time (RFC 4254,
// section 5.3: EOF, then CLOSE). Nothing here blocks.

/// Where bytes come from.
class Source {
 public:
  virtual ~Source() = default;
  /// The next bytes that came in. Valid until the next call; nothing when all is taken.
  virtual std::optional<Piece> front() = 0;
  /// Forgets the first `n` bytes of front().
  virtual void pop(std::size_t n) = 0;
  virtual bool drained() const = 0;  ///< nothing is left to take at this moment
  virtual bool eof() const = 0;      ///< nothing more comes in after what is there
  virtual bool closed() const = 0;   ///< the peer has closed the channel
  /// From now on what comes in is thrown away.
  virtual void discard() = 0;
};

/// Where bytes go.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual bool gone() const = 0;  ///< the peer has closed the channel, or the connection is gone: sending is useless
  /// Sends; the number of bytes taken, 0 while the peer or the socket does not take any.
  virtual std::size_t write(std::span<const char> bytes, bool is_stderr) = 0;
  virtual void send_eof() = 0;
  /// To be called again until close_sent().
  virtual void close() = 0;
  virtual bool close_sent() const = 0;
};

}  // namespace pysshrp
