#include "log/status.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "log/text.h"

namespace pysshrp::log {
namespace {

/// A path, or with an `@` a name in the abstract namespace.
Fd connected(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() < 2 || name.size() >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@')) return Fd{};
  name.copy(address.sun_path, name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return Fd{};
  return socket;
}

}  // namespace

std::string relaying(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down) {
  Record record = describe(Internal{Level::info, "Relaying"}, context);
  record.fields.emplace_back("PYSSHRP_BYTES_UP", std::to_string(bytes_up));
  record.fields.emplace_back("PYSSHRP_BYTES_DOWN", std::to_string(bytes_down));
  return line(record);
}

Status::Status(const std::string& notify_socket) : socket_(connected(notify_socket)) {}

void Status::show(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down, TimePoint now) {
  const bool first = next_ == TimePoint::min();
  if (!socket_ || now < next_ || (!first && bytes_up + bytes_down == shown_)) return;
  const std::string text = "STATUS=" + relaying(context, bytes_up, bytes_down);
  if (::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
  next_ = now + kEvery;
  shown_ = bytes_up + bytes_down;
}

}  // namespace pysshrp::log
