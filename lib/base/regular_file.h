#pragma once
#include <sys/stat.h>

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace pysshrp {

/// Opens for reading without ever waiting: to open a FIFO without O_NONBLOCK would wait for a writer. On failure errno
/// tells why.
Fd open_for_reading(const std::string& path) noexcept;

/// A regular file that is open for reading, and what fstat(2) says of it.
struct RegularFile {
  Fd fd;
  struct stat status {};
};
/// The Error has no file name: `cannot be read: ` and why, or `is not a file`.
Result<RegularFile> open_regular_file(const std::string& path);

}  // namespace pysshrp
