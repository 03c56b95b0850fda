#pragma once
#include <cstdint>
#include <string>

#include "base/deadline.h"
#include "base/fd.h"
#include "log/event.h"

namespace pysshrp::log {

/// What a live session says of itself: `Relaying user=alice peer=192.0.2.7 ... bytes_up=1 bytes_down=2`, as escaped and
/// bounded as a record's line.
std::string relaying(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down);

/// The line that `systemctl status` shows of this connection, told to the service manager as sd_notify(3) describes.
/// Never blocks, never fails visibly; a line that does not get through is followed by the next one.
class Status {
 public:
  static constexpr std::chrono::seconds kEvery{5};

  /// `notify_socket` is $NOTIFY_SOCKET; empty: nobody wants to know.
  explicit Status(const std::string& notify_socket);
  /// Tells of a session that relays; at most once in kEvery, and only when bytes have moved since.
  void show(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down, TimePoint now);

 private:
  Fd socket_;
  TimePoint next_ = TimePoint::min();
  std::uint64_t shown_ = 0;  ///< bytes
};

}  // namespace pysshrp::log
