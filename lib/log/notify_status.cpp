#include "log/notify_status.h"

#include <sys/socket.h>

#include "log/text.h"
#include "log/unix_socket.h"

namespace pysshrp::log {

std::string relaying(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down) {
  Record record = describe(Internal{Level::info, "Relaying"}, context);
  record.fields.emplace_back("PYSSHRP_BYTES_UP", std::to_string(bytes_up));
  record.fields.emplace_back("PYSSHRP_BYTES_DOWN", std::to_string(bytes_down));
  return line(record);
}

NotifyStatus::NotifyStatus(const std::string& notify_socket) : socket_(connect_unix(notify_socket)) {}

void NotifyStatus::show(const Context& context, std::uint64_t bytes_up, std::uint64_t bytes_down, TimePoint now) {
  const bool first = next_ == TimePoint::min();
  if (!socket_ || now < next_ || (!first && bytes_up + bytes_down == shown_)) return;
  const std::string text = "STATUS=" + relaying(context, bytes_up, bytes_down);
  if (::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
  next_ = now + kInterval;
  shown_ = bytes_up + bytes_down;
}

}  // namespace pysshrp::log
