#include "monitor/socket.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "monitor/codec.h"

namespace pysshrp::monitor {
namespace {

// There is always room for what the other end waits for. Where there is none, it has stopped reading.
constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

/// Room for one descriptor.
union Control {
  cmsghdr alignment;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

}  // namespace

std::pair<Socket, Socket> Socket::pair() {
  std::array<int, 2> ends{-1, -1};
  (void)!::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data());
  return {Socket{Fd{ends[0]}}, Socket{Fd{ends[1]}}};
}

bool Socket::send(ByteWriter message, int descriptor) noexcept {
  std::string bytes = message.release();
  iovec content{bytes.data(), bytes.size()};
  Control control{};
  msghdr header{};
  header.msg_iov = &content;
  header.msg_iovlen = 1;
  if (descriptor >= 0) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  const bool sent =
      bytes.size() <= kMaxMessage &&
      (descriptor >= 0 ? ::sendmsg(fd(), &header, kFlags) : ::send(fd(), bytes.data(), bytes.size(), kFlags)) ==
          static_cast<ssize_t>(bytes.size());
  ::explicit_bzero(bytes.data(), bytes.size());
  return sent;
}

Socket::Received Socket::receive(Wait wait) noexcept {
  wipe();
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kMaxMessage);
  iovec content{buffer_.get(), kMaxMessage};
  Control control{};
  msghdr header{};
  header.msg_iov = &content;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t size = 0;
  do {  // a socket with a time limit is not restarted after a signal (signal(7))
    size = ::recvmsg(fd(), &header, MSG_CMSG_CLOEXEC | (wait == Wait::no ? MSG_DONTWAIT : 0));
  } while (size < 0 && errno == EINTR);
  if (size < 0 && wait == Wait::no && errno == EAGAIN) return Received::nothing;
  if (size <= 0) return Received::end;
  size_ = static_cast<std::size_t>(size);
  const bool is_single = take_descriptors(header);
  return is_single && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 ? Received::message : Received::end;
}

/// Keeps the first one. False where there are more: for alignment there is room for two.
bool Socket::take_descriptors(msghdr& header) noexcept {
  const cmsghdr* const rights = CMSG_FIRSTHDR(&header);
  if (!rights || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) return true;
  const std::size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (std::size_t i = 0; i < count; ++i) {
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(rights) + i * sizeof descriptor, sizeof descriptor);
    Fd taken{descriptor};
    if (i == 0) descriptor_ = std::move(taken);
  }
  return count <= 1;
}

void Socket::limit_waits(long seconds) noexcept {
  const timeval limit{seconds, 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void Socket::wipe() noexcept {
  descriptor_ = Fd{};
  if (size_ != 0) ::explicit_bzero(buffer_.get(), size_);
  size_ = 0;
}

}  // namespace pysshrp::monitor
