#include "base/regular_file.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "base/unreadable.h"

namespace pysshrp {

Fd open_for_reading(const std::string& path) noexcept {
  return Fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
}

Result<RegularFile> open_regular_file(const std::string& path) {
  RegularFile file{open_for_reading(path)};
  if (!file.fd) return Error{"cannot be read: " + why_unreadable(path, errno)};
  if (::fstat(file.fd.get(), &file.status) != 0 || !S_ISREG(file.status.st_mode)) return Error{"is not a file"};
  return file;
}

}  // namespace pysshrp
