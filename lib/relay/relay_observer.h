#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "sftp/filter.h"

namespace pysshrp::relay {

/// Counters and callbacks of a relay, from which records are written.
struct RelayObserver {
  using Note = std::function<void(const std::string&)>;

  std::uint64_t bytes_up = 0, bytes_down = 0;
  /// A request that is not allowed: `shell`, `subsystem sftp`, `direct-tcpip db.lan:5432`.
  Note denied = [](const std::string&) {};
  /// A channel or forward that the other side refused, and its reason.
  std::function<void(const std::string& what, const std::string& why)> unopened = [](const auto&, const auto&) {};
  sftp::Filter::Record sftp = [](const sftp::Event&) {};
  Note broken = [](const std::string&) {};  ///< why an SFTP channel had to end
  std::function<void()> awake = [] {};      ///< called before each sleep; the byte counters are current
  /// A descriptor: when it is writable awake() is to be called again; -1: none.
  std::function<int()> blocked_fd = [] { return -1; };
  Note state = [](const std::string&) {};   ///< what has become of a channel, for the debug log
  unsigned channels = 0;                    ///< that have been asked for
  Note limits = [](const std::string&) {};  ///< something that libssh cannot relay, for the debug log
};

}  // namespace pysshrp::relay
