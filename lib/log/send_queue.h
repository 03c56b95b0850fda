#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "base/deadline.h"
#include "base/fd.h"

namespace pysshrp::log {

/// A queue in front of a log daemon's socket, which keeps the order. When it is full write() waits for a daemon that
/// reads, so that nothing is lost, and fails at once for one that has stopped reading.
class SendQueue {
 public:
  enum class Kind { datagrams, stream };

  /// Bound on the queue: about eight thousand SFTP records.
  static constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;
  /// A daemon that has read nothing for this long counts as stopped until it reads again.
  static constexpr std::chrono::milliseconds kStallTime{100};
  /// How many times longer flush() waits for a daemon that reads slowly than for one that does not read.
  static constexpr int kMaxFlushes = 10;

  /// `socket` does not block.
  explicit SendQueue(Fd socket, Kind kind = Kind::datagrams) noexcept : socket_(std::move(socket)), kind_(kind) {}
  int fd() const noexcept { return socket_.get(); }
  /// The descriptor to write to again once it has room; -1: nothing is queued.
  int blocked_fd() const noexcept { return waiting_.empty() ? -1 : socket_.get(); }
  /// Sends or queues the entry. False if it is lost.
  bool write(std::string entry);
  /// Sends queued entries. Gives up when the daemon reads nothing for `wait`, and in any case after kMaxFlushes times
  /// that. Returns how many queued entries were lost.
  std::size_t flush(std::chrono::milliseconds wait);

 private:
  enum class Sent { all, not_yet, lost };

  Sent send_front() noexcept;
  bool make_room(std::size_t size) noexcept;
  bool has_room_before(TimePoint until) const noexcept;

  Fd socket_;
  Kind kind_;
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;  ///< in the queue
  std::size_t lost_ = 0;   ///< since the last flush
  bool is_stuck_ = false;
};

}  // namespace pysshrp::log
