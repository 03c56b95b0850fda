#include "log/journal.h"

#include <syslog.h>

#include <cstdint>
#include <string_view>

#include "log/send_queue.h"
#include "log/sinks.h"
#include "log/unix_socket.h"

namespace pysshrp::log {
namespace {

constexpr const char* kSocket = "/run/systemd/journal/socket";
constexpr std::string_view kCut = "...";

/// Journal export format: NAME=VALUE, or for a value with a newline NAME, its length as 64 bits little-endian, and the
/// value. Cuts the value at kMaxEntry.
void append(std::string& entry, std::string_view name, std::string_view value) {
  constexpr std::size_t kLength = sizeof(std::uint64_t), kFrame = 2 + kLength + kCut.size();
  if (entry.size() + name.size() + kFrame > kMaxEntry) return;
  const std::size_t room = kMaxEntry - entry.size() - name.size() - kFrame;
  const bool cut = value.size() > room;
  const std::string text = std::string{value.substr(0, room)} + std::string{cut ? kCut : ""};
  entry += name;
  if (text.find('\n') == text.npos) {
    entry += '=';
  } else {
    entry += '\n';
    for (std::size_t i = 0; i < kLength; ++i) entry += static_cast<char>(text.size() >> 8 * i & 0xff);
  }
  entry += text + '\n';
}

class Journal final : public Sink {
 public:
  explicit Journal(Fd socket) noexcept : queue_(std::move(socket)) {}
  bool write(const Record& record) noexcept override { return queue_.write(journal_entry(record)); }
  Raw raw(const Record& record) override { return {queue_.fd(), journal_entry(record)}; }
  std::size_t flush(std::chrono::milliseconds wait) noexcept override { return queue_.flush(wait); }
  int blocked_fd() const noexcept override { return queue_.blocked_fd(); }

 private:
  SendQueue queue_;
};

}  // namespace

std::string journal_entry(const Record& record) {
  std::string entry;
  append(entry, "MESSAGE", record.message);
  append(entry, "MESSAGE_ID", record.message_id);
  append(entry, "PRIORITY", std::to_string(static_cast<int>(record.level)));
  append(entry, "SYSLOG_IDENTIFIER", "pysshrp");
  append(entry, "SYSLOG_FACILITY", std::to_string(LOG_FAC(LOG_AUTHPRIV)));
  for (const auto& [name, value] : record.fields) append(entry, name, value);
  return entry;
}

// Written here and not by libsystemd, which sends by sendmsg(2), and costs more to load than all the rest.
std::unique_ptr<Sink> open_journal() {
  Fd socket = connect_unix(kSocket);
  if (!socket) return nullptr;
  return std::make_unique<Journal>(std::move(socket));
}

}  // namespace pysshrp::log
