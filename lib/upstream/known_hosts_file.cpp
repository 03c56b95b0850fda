#include "upstream/known_hosts_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/unreadable.h"

namespace pysshrp::upstream {
namespace {

constexpr int kMostOpenings = 16;
// Whoever holds the lock does so for some milliseconds: 2 s are enough.
constexpr int kMostLockTries = 200;
constexpr timespec kBetweenLockTries{0, 10'000'000};

Error cannot_be_written(const std::string& path, int number) {
  return Error{path + " cannot be written: " + why_unwritable(path, number)};
}

bool lock(int fd) noexcept {
  for (int tries = 0; tries < kMostLockTries; ++tries) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    ::nanosleep(&kBetweenLockTries, nullptr);
  }
  errno = ETIMEDOUT;
  return false;
}

/// Whether the path still leads to the open file: an editor and ssh-keygen -R put another one in its place.
bool is_at(int fd, const std::string& path) noexcept {
  struct stat open {
  }, there{};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &there) == 0 && open.st_dev == there.st_dev &&
         open.st_ino == there.st_ino;
}

bool write_all(int fd, std::string_view text) noexcept {
  const ssize_t n = ::write(fd, text.data(), text.size());
  if (n >= 0 && n != static_cast<ssize_t>(text.size())) errno = ENOSPC;
  return n == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<KnownHostsFile> KnownHostsFile::open(const std::string& path) {
  for (int openings = 0; openings < kMostOpenings; ++openings) {
    // Without O_NONBLOCK, opening a FIFO would wait for a reader.
    Fd fd{::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640)};
    if (!fd) return cannot_be_written(path, errno);
    struct stat st {};
    if (::fstat(fd.get(), &st) != 0) return cannot_be_written(path, errno);
    if (!S_ISREG(st.st_mode)) return Error{path + " is not a file, and cannot keep a key"};
    if (!lock(fd.get())) return cannot_be_written(path, errno);
    if (is_at(fd.get(), path)) return KnownHostsFile{path, std::move(fd)};
  }
  return Error{path + " is replaced by others all the time"};
}

Result<std::string> KnownHostsFile::text() const {
  std::string text;
  std::array<char, 16384> piece;
  for (;;) {
    const ssize_t n = ::pread(fd_.get(), piece.data(), piece.size(), static_cast<off_t>(text.size()));
    if (n < 0) return Error{path_ + " cannot be read: " + why_unreadable(path_, errno)};
    if (n == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(n));
  }
}

Status KnownHostsFile::append(std::string_view line) const {
  struct stat st {};
  char last = '\n';
  if (::fstat(fd_.get(), &st) != 0) return error(errno);
  if (st.st_size > 0 && ::pread(fd_.get(), &last, 1, st.st_size - 1) != 1) return error(errno);
  const std::string added = (last == '\n' ? "" : "\n") + std::string{line};
  if (write_all(fd_.get(), added) && ::fsync(fd_.get()) == 0) return {};
  const int number = errno;
  if (::ftruncate(fd_.get(), st.st_size) != 0)
    return Error{error(number).what + "; a part of a line may be left at its end, which is passed over"};
  return error(number);
}

Error KnownHostsFile::error(int number) const {
  return cannot_be_written(path_, number);
}

Status check_appendable(const std::string& path) {
  const auto may_write = [](const std::string& name) {
    return ::faccessat(AT_FDCWD, name.c_str(), W_OK, AT_EACCESS) == 0;
  };
  if (may_write(path)) return {};
  const int number = errno;
  if (number != ENOENT) return cannot_be_written(path, number);
  const std::filesystem::path directory = std::filesystem::path{path}.parent_path();
  if (may_write(directory.string())) return {};
  return cannot_be_written(path, errno);
}

}  // namespace pysshrp::upstream
