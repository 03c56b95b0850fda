#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace peer {

/// What no connection may exceed, whatever its peers do.
struct Limits {
  long memory = 96 * 1024;  ///< KiB of the handler's largest resident size.
  double seconds = 10;      ///< From when both peers have left to the handler's end.
  double cpu = 2;           ///< Seconds of CPU time in that time.
};

/// A handler that serves one connection, started as inetd would.
class Handler {
 public:
  /// `socket` is the handler's end and is closed here.
  Handler(const std::string& program, const std::string& config, int socket);
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  pid_t pid() const { return pid_; }
  /// Waits for the handler's end after both peers have left. Returns what is wrong with it, or nothing.
  std::string check(const Limits& limits);
  /// KiB of the largest resident size that `look` has seen.
  long peak() const { return peak_; }
  void look();

 private:
  std::string end_by_force();

  pid_t pid_;
  long peak_ = 0;
};

}  // namespace peer
