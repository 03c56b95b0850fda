#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pysshrp::sftp {

// The filter's events. Paths are as the client sees them, unescaped.

/// An open file was closed. Only with Policy::log.
struct FileClosed {
  std::string path;
  std::uint64_t bytes_read = 0,
                bytes_written = 0;  ///< DATA sent to the client; WRITE that the upstream accepted
  std::chrono::milliseconds duration{};
  bool forced = false;  ///< nobody closed it: the session ended
};
/// A change by name, and its status. Only with Policy::log.
struct Operation {
  std::string_view name;  ///< sftp-server's name: `rename`, `posix-rename`
  std::vector<std::string> paths;
  std::uint32_t status = 0;  ///< SSH_FX_OK and so on
};
/// A request that the filter answered with PERMISSION_DENIED. Always.
struct DeniedRequest {
  std::string_view name;
  std::vector<std::string> paths;
  std::string_view why;
};

using Event = std::variant<FileClosed, Operation, DeniedRequest>;

}  // namespace pysshrp::sftp
