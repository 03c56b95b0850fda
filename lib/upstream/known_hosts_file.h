#pragma once
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace pysshrp::upstream {

/// A known_hosts file, open to add a line to, and locked against other handlers that do the same. It is appended to and
/// not replaced: a handler that may write this one file needs no right to its directory, where the configuration may
/// be. The lock is on the file itself and ends with the object.
class KnownHostsFile {
 public:
  /// A file that is not there is made; a symbolic link is followed. The Error says what to do.
  static Result<KnownHostsFile> open(const std::string& path);

  /// All that is in it now.
  Result<std::string> text() const;
  /// Adds the line, which ends in a newline, on a line of its own, and has it on the disk. After an Error the file is
  /// as it was before.
  Status append(std::string_view line) const;

 private:
  KnownHostsFile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Error error(int number) const;
  std::string path_;
  Fd fd_;
};

/// Whether open() would succeed, without leaving a trace.
Status check_appendable(const std::string& path);

}  // namespace pysshrp::upstream
