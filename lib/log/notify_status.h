#pragma once
#include <cstdint>
#include <string>

#include "base/deadline.h"
#include "base/fd.h"
#include "log/event.h"

namespace pysshrp::log {

/// The status line of a session: `Relaying user=alice peer=192.0.2.7 ... bytes_up=1 bytes_down=2`, escaped and bounded
/// like line().
std::string relaying(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down);

/// The status line that `systemctl status` shows for this connection, sent to the service manager as in sd_notify(3).
/// Never blocks. A line that cannot be sent is dropped; the next one replaces it.
class NotifyStatus {
 public:
  static constexpr std::chrono::seconds kInterval{5};

  /// `notify_socket` is $NOTIFY_SOCKET; empty: nothing is sent.
  explicit NotifyStatus(const std::string& notify_socket);
  /// Sends the status line, at most once per kInterval, and only if bytes have moved since.
  void show(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down, TimePoint now);

 private:
  Fd socket_;
  TimePoint next_ = TimePoint::min();
  std::uint64_t shown_ = 0;  ///< bytes
};

}  // namespace pysshrp::log
