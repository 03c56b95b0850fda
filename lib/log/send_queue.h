#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "base/deadline.h"
#include "base/fd.h"

namespace pysshrp::log {

/// The way to a log daemon's socket. What its queue has no room for waits here, in order, and goes before what comes
/// next. When this is full, too, a daemon that reads sets the pace, so that it loses nothing, and for one that does not
/// nobody waits.
class SendQueue {
 public:
  enum class Kind { datagrams, stream };

  /// Bytes that wait at most: some eight thousand records of SFTP.
  static constexpr std::size_t kMost = std::size_t{4} * 1024 * 1024;
  /// A daemon that has read nothing for so long reads no more, until it does.
  static constexpr std::chrono::milliseconds kPatience{100};

  /// `socket` does not block.
  explicit SendQueue(Fd socket, Kind kind = Kind::datagrams) noexcept : socket_(std::move(socket)), kind_(kind) {}
  /// Whether it was sent or waits.
  bool write(std::string entry);
  /// Sends what waits, for which it may wait so long; how many entries that were to wait nobody has taken.
  std::size_t flush(std::chrono::milliseconds wait);

 private:
  enum class Sent { all, not_yet, lost };

  Sent send_front() noexcept;
  bool make_room(std::size_t size) noexcept;
  bool has_room_before(TimePoint until) const noexcept;

  Fd socket_;
  Kind kind_;
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;  ///< of what waits
  std::size_t lost_ = 0;   ///< since the last flush
  bool is_stuck_ = false;
};

}  // namespace pysshrp::log
