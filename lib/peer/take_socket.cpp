#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "peer/peer.h"

namespace pysshrp::peer {
namespace {

constexpr int kListenFdsStart = 3;  // sd_listen_fds(3)
constexpr int kAboveStandard = 10;

/// Identifies the file behind a descriptor: st_dev and st_ino. Nothing if it is closed.
using Identity = std::optional<std::pair<dev_t, ino_t>>;

Identity identity(int fd) {
  struct stat st {};
  if (fstat(fd, &st) != 0) return {};
  return std::pair{st.st_dev, st.st_ino};
}

bool is_socket(int fd) {
  struct stat st {};
  return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

Error unfit(std::string_view why) {
  return {
      std::string{why} +
      ". pysshrp-handler serves one client, whose connected stream socket it finds as standard input: start it from a "
      "systemd socket with Accept=yes and StandardInput=socket, or from inetd with nowait. See pysshrp-handler(8)"};
}

Result<int> find(const Environment& environment) {
  if (is_socket(STDIN_FILENO)) return STDIN_FILENO;
  if (environment.listen_fds == "1" && environment.listen_pid == std::to_string(getpid()) && is_socket(kListenFdsStart))
    return kListenFdsStart;
  if (isatty(STDIN_FILENO) != 0) return unfit("standard input is a terminal");
  return unfit("standard input is not a socket");
}

Result<int> option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, name, &value, &size) != 0)
    return unfit(std::string{"standard input: "} + std::strerror(errno));
  return value;
}

Result<Peer> peer_of(int fd) {
  if (PYSSHRP_TRY(option(fd, SO_TYPE)) != SOCK_STREAM) return unfit("standard input is not a stream socket");
  if (PYSSHRP_TRY(option(fd, SO_ACCEPTCONN)) != 0) return unfit("standard input is a listening socket");
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return Error{"the client has gone already"};
  if (auto endpoint = endpoint_of(storage)) return *endpoint;
  if (storage.ss_family == AF_UNIX) return Peer{};
  return unfit("standard input is a socket of a family that is not supported");
}

Stderr classify(const Identity& err, const Identity& socket, std::string_view journal_stream) {
  if (!err) return Stderr::closed;
  if (err == socket) return Stderr::socket;
  const std::string stream = std::to_string(err->first) + ':' + std::to_string(err->second);
  return stream == journal_stream ? Stderr::journal : Stderr::other;
}

/// Puts /dev/null on 0, on those of 1 and 2 that are the socket, and on closed ones, so that no file that is opened
/// later becomes stdout or stderr.
Status put_null_device(const Identity& socket) {
  Fd null;
  do {
    (void)null.release();  // a closed 0, 1 or 2, which open(2) has filled: it stays open
    null = Fd{open("/dev/null", O_RDWR)};
    if (!null) return Error{std::string{"/dev/null: "} + std::strerror(errno)};
  } while (null.get() <= STDERR_FILENO);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fd != STDIN_FILENO && identity(fd) != socket) continue;
    if (dup2(null.get(), fd) < 0) return Error{std::string{"/dev/null: "} + std::strerror(errno)};
  }
  return {};
}

}  // namespace

Result<Taken> take_socket(const Environment& environment) {
  const int found = PYSSHRP_TRY(find(environment));
  Peer peer = PYSSHRP_TRY(peer_of(found));
  const Identity same = identity(found);
  const Stderr err = classify(identity(STDERR_FILENO), same, environment.journal_stream);
  Fd socket{fcntl(found, F_DUPFD_CLOEXEC, kAboveStandard)};
  if (!socket) return Error{std::string{"standard input: "} + std::strerror(errno)};
  if (found == kListenFdsStart) close(found);
  PYSSHRP_TRY(put_null_device(same));
  return Taken{std::move(socket), peer, err};
}

bool stderr_is_the_client() noexcept {
  return is_socket(STDIN_FILENO) && identity(STDERR_FILENO) == identity(STDIN_FILENO);
}

}  // namespace pysshrp::peer
