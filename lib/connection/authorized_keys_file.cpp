#include "connection/authorized_keys_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/unreadable.h"

namespace pysshrp::connection {
namespace {
constexpr off_t kMaxFile = 1024 * 1024;
}

Result<std::string> read_authorized_keys(const std::string& file) {
  // Without O_NONBLOCK, opening a FIFO would wait for a writer.
  const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!fd) return Error{file + ": cannot be read: " + why_unreadable(file, errno)};
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return Error{file + ": is not a file"};
  if ((st.st_mode & 0002) != 0) return Error{file + ": can be written by everybody: chmod o-w " + file};
  if (st.st_size > kMaxFile) return Error{file + ": is larger than 1 MiB"};
  std::string text(static_cast<std::size_t>(st.st_size), '\0');
  const ssize_t n = ::read(fd.get(), text.data(), text.size());
  if (n < 0) return Error{file + ": cannot be read: " + ::strerror(errno)};
  text.resize(static_cast<std::size_t>(n));
  return text;
}

}  // namespace pysshrp::connection
