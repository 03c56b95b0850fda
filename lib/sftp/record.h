#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pysshrp::sftp {

// What the filter has to tell. Paths are as the client sees them, bytes as he typed them: whoever writes a record
// escapes them.

/// A file that was open. With Policy::log.
struct FileClosed {
  std::string path;
  std::uint64_t bytes_read = 0,
                bytes_written = 0;  ///< DATA passed on to the client, WRITE that the upstream said OK to
  std::chrono::milliseconds duration{};
  bool forced = false;  ///< nobody closed it: the session ended
};
/// A change without a file, and how it went. With Policy::log.
struct Operation {
  std::string_view name;  ///< `rename`, `posix-rename`: as sftp-server calls it
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
