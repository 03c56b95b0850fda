#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "sftp/filter.h"

namespace pysshrp::relay {

/// What flows and what is refused, for the record.
struct Account {
  using Note = std::function<void(const std::string&)>;

  std::uint64_t bytes_up = 0, bytes_down = 0;
  /// What the client may not: `shell`, `subsystem sftp`, `direct-tcpip db.lan:5432`.
  Note denied = [](const std::string&) {};
  /// A channel that the other side has not opened, and its words.
  std::function<void(const std::string& what, const std::string& why)> unopened = [](const auto&, const auto&) {};
  sftp::Filter::Record sftp = [](const sftp::Event&) {};
  Note broken = [](const std::string&) {};  ///< why an SFTP channel had to end
  std::function<void()> awake = [] {};      ///< before each sleep: the bytes may have grown
  Note limits = [](const std::string&) {};  ///< what libssh lets nobody relay, for the curious
};

}  // namespace pysshrp::relay
