#pragma once
#include <cstddef>
#include <optional>

#include "base/backlog.h"

namespace pysshrp {

/// One end of a bridge as a lane sees it: bytes that came in can be taken, bytes can be sent, and each direction ends in its own time
/// (RFC 4254, section 5.3: EOF, then CLOSE). Nothing here blocks.
class Duplex {
 public:
  virtual ~Duplex() = default;

  /// The next bytes that came in. Valid until the next call; nothing when all is taken.
  virtual std::optional<Piece> front() = 0;
  virtual void pop(std::size_t n) = 0;
  virtual bool drained() const = 0;  ///< nothing is left to take at this moment
  virtual bool eof() const = 0;      ///< nothing more comes in after what is there
  virtual bool closed() const = 0;   ///< the peer has closed the channel
  virtual bool gone() const = 0;     ///< closed, or the connection is: sending is useless
  /// From now on what comes in is thrown away.
  virtual void discard() = 0;

  /// Sends; the number of bytes taken, 0 while the peer or the socket does not take any.
  virtual std::size_t write(const Piece& piece) = 0;
  virtual void send_eof() = 0;
  /// To be called again until close_sent().
  virtual void close() = 0;
  virtual bool close_sent() const = 0;
};

}  // namespace pysshrp
