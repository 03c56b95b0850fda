#include "ssh/channel.h"

#include <algorithm>
#include <utility>

#include "base/result.h"

namespace pysshrp::ssh {
namespace {

// libssh packetises a whole window at once: it is never offered more. What it cuts packets to, four times.
constexpr std::size_t kWriteChunk = 4 * (32 * 1024 - 10);
constexpr std::size_t kCallbackRoom = 256 * 1024;  // what callbacks may store; libssh's window bounds the rest
constexpr std::size_t kDataHeader = 9, kExtendedDataHeader = 13;  // RFC 4254, section 5.2
constexpr std::size_t kMaxSignals = 64;                           // noted but not yet passed on

std::string text_of(const char* s) {
  return s ? s : "";
}

}  // namespace

Channel::Channel(Session& session, Stderr stderr_data)
    : session_(session), stderr_data_(stderr_data), handle_(ssh_channel_new(session.get())) {
  set_callbacks();
  if (handle_) ssh_set_channel_callbacks(handle_, &callbacks_);
}

Channel::~Channel() {
  if (!handle_ || session_.departed()) return;
  ssh_remove_channel_callbacks(handle_, &callbacks_);  // a channel that is not closed outlives its free inside libssh
  ssh_channel_free(handle_);
}

void Channel::set_callbacks() noexcept {
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](ssh_session, ssh_channel, void* data, std::uint32_t n, int is_stderr,
                                        void* self) noexcept {
    return static_cast<Channel*>(self)->note_data(static_cast<const char*>(data), n, is_stderr != 0);
  };
  callbacks_.channel_eof_function = [](ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Channel*>(self)->eof_ = true;
  };
  callbacks_.channel_close_function = [](ssh_session, ssh_channel, void* self) noexcept {
    auto* channel = static_cast<Channel*>(self);
    channel->eof_ = channel->closed_ = true;
  };
  callbacks_.channel_signal_function = [](ssh_session, ssh_channel, const char* name, void* self) noexcept {
    auto& noted = static_cast<Channel*>(self)->signals;
    if (noted.size() < kMaxSignals) noted.push_back(text_of(name));
  };
  callbacks_.channel_exit_status_function = [](ssh_session, ssh_channel, int status, void* self) noexcept {
    static_cast<Channel*>(self)->exit_status = status;
  };
  callbacks_.channel_exit_signal_function = [](ssh_session, ssh_channel, const char* name, int core, const char* text,
                                               const char* language, void* self) noexcept {
    static_cast<Channel*>(self)->exit_signal = ExitSignal{text_of(name), core != 0, text_of(text), text_of(language)};
  };
  ssh_callbacks_init(&callbacks_);
}

int Channel::note_data(const char* data, std::uint32_t n, bool is_stderr) noexcept {
  session_.note_data_packet(n - leftover_[is_stderr] + (is_stderr ? kExtendedDataHeader : kDataHeader));
  if (discarding_ || (is_stderr && stderr_data_ == Stderr::drop)) return static_cast<int>(n);
  // All or nothing once libssh holds a rest: keeps the order, and spares a memmove of that rest with every packet.
  const std::size_t room = kCallbackRoom - std::min(kCallbackRoom, backlog_.size());
  const std::size_t taken = leftover_[0] + leftover_[1] != 0 ? 0 : std::min<std::size_t>(n, room);
  backlog_.append({data, taken}, is_stderr);
  leftover_[is_stderr] = n - taken;
  return static_cast<int>(taken);
}

std::optional<Piece> Channel::front() {
  // What libssh holds is read in one piece: anything less would open the window further, without bound.
  for (const bool is_stderr : {false, true}) {
    const std::size_t left = leftover_[is_stderr];
    if (left == 0 || backlog_.size() != 0) continue;
    const auto room = backlog_.grow(left, is_stderr);
    leftover_[is_stderr] = 0;
    if (ssh_channel_read(handle_, room.data(), static_cast<std::uint32_t>(left), is_stderr) == static_cast<int>(left))
      continue;
    backlog_.clear();  // the session died, and libssh keeps the rest to itself
    leftover_ = {};
  }
  if (backlog_.size() == 0) return {};
  return backlog_.front();
}

void Channel::discard() {
  discarding_ = true;
  while (front()) backlog_.clear();
}

std::size_t Channel::write(std::span<const char> bytes, bool is_stderr) {
  if (session_.dead() || session_.write_pending()) return 0;
  const auto n = static_cast<std::uint32_t>(std::min(bytes.size(), kWriteChunk));
  const int rc =
      is_stderr ? ssh_channel_write_stderr(handle_, bytes.data(), n) : ssh_channel_write(handle_, bytes.data(), n);
  return rc > 0 ? static_cast<std::size_t>(rc) : 0;
}

void Channel::send_eof() {
  if (!session_.dead()) ssh_channel_send_eof(handle_);
}

void Channel::close() {
  // With output pending libssh sends the EOF, says SSH_AGAIN and leaves out the CLOSE.
  if (!close_sent()) close_sent_ = ssh_channel_close(handle_) == SSH_OK;
}

Progress Channel::open(const Opening& opening) noexcept {
  if (!handle_) return Progress::failed;
  return progress_of(
      std::visit(Cases{[this](const OpenSession&) { return ssh_channel_open_session(handle_); },
                       [this](const OpenDirect& o) {
                         return ssh_channel_open_forward(handle_, o.target.host.c_str(), o.target.port,
                                                         o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenForwarded& o) {
                         return ssh_channel_open_reverse_forward(handle_, o.listener.host.c_str(), o.listener.port,
                                                                 o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenX11& o) {
                         return ssh_channel_open_x11(handle_, o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenAgent&) { return ssh_channel_open_auth_agent(handle_); },
                       [](const OpenOther&) { return SSH_ERROR; }},
                 opening));
}

std::string Channel::refusal() const {
  // `Channel opening failure: channel 43 error (2) Connection refused`
  const std::string text = session_.error();
  const auto code = text.find(" error (");
  const auto words = code == text.npos ? text.npos : text.find(") ", code);
  return words == text.npos ? text : text.substr(words + 2);
}

void Channel::welcome_agent() noexcept {
  callbacks_.channel_auth_agent_req_function = [](ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Channel*>(self)->agent_offered = true;
  };
}

Progress Channel::request(const ChannelRequest& request) noexcept {
  return progress_of(std::visit(
      Cases{[this](const Pty& r) { return ssh_channel_request_pty_size(handle_, r.term.c_str(), r.columns, r.rows); },
            [this](const WindowChange& r) { return ssh_channel_change_pty_size(handle_, r.columns, r.rows); },
            [this](const Env& r) { return ssh_channel_request_env(handle_, r.name.c_str(), r.value.c_str()); },
            [this](const Shell&) { return ssh_channel_request_shell(handle_); },
            [this](const Exec& r) { return ssh_channel_request_exec(handle_, r.command.c_str()); },
            [this](const Subsystem& r) { return ssh_channel_request_subsystem(handle_, r.name.c_str()); },
            [this](const X11& r) {
              return ssh_channel_request_x11(handle_, r.single_connection, r.protocol.c_str(), r.cookie.c_str(),
                                             r.screen);
            },
            [](const UnknownRequest&) { return SSH_ERROR; }},
      request));
}

void Channel::offer_agent() noexcept {
  ssh_channel_request_auth_agent(handle_);
}

void Channel::send_signal(const std::string& name) noexcept {
  ssh_channel_request_send_signal(handle_, name.c_str());
}

void Channel::send_exit(int status) noexcept {
  ssh_channel_request_send_exit_status(handle_, status);
}

void Channel::send_exit(const ExitSignal& signal) noexcept {
  ssh_channel_request_send_exit_signal(handle_, signal.name.c_str(), signal.core_dumped, signal.text.c_str(),
                                       signal.language.c_str());
}

void Channel::pretend_exit(std::string_view text, int status) {
  backlog_.append(text, true);
  exit_status = status;
  eof_ = closed_ = discarding_ = true;
}

}  // namespace pysshrp::ssh
