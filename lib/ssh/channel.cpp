#include "ssh/channel.h"

#include <algorithm>
#include <utility>

#include "base/result.h"
#include "ssh/library.h"
#include "ssh/texts.h"

namespace pysshrp::ssh {
namespace {

// libssh packetises a whole window at once: it is never offered more. What it cuts packets to, four times.
constexpr std::size_t kWriteChunk = 4 * (32 * 1024 - 10);
// No client or server in use takes less than 16 KiB in a packet; RFC 4253, section 6.1 wants 32.
constexpr std::size_t kSanePacket = 1024;
// That may go out during a write, in which libssh reads 4 KiB: answers, windows, keys.
constexpr std::uint64_t kOtherPackets = 128;
constexpr std::uint64_t kEndless = 4 * kSanePacket;  // packets for the first write, which has at most kSanePacket bytes
// More cannot be unread of a channel's two streams if the peer keeps to their windows: twice libssh's largest and half
// of it, of each.
constexpr std::size_t kMaxUnread = 8 * 1024 * 1024;
constexpr std::size_t kCallbackRoom = 256 * 1024;  // what callbacks may store of libssh's window, which bounds the rest
constexpr std::size_t kDataHeader = 9, kExtendedDataHeader = 13;  // RFC 4254, section 5.2
constexpr std::size_t kMaxSignals = 64;                           // noted but not yet passed on

std::string text_of(const char* s) {
  return s ? s : "";
}

}  // namespace

Channel::Channel(Session& session, Stderr stderr_data)
    : session_(session), stderr_data_(stderr_data), handle_(session.new_channel()) {
  set_callbacks();
  if (handle_) ssh_set_channel_callbacks(get(), &callbacks_);
}

/// A channel that is not closed outlives its free inside libssh, and this object too while a Message shares it.
Channel::~Channel() {
  let_go();
}

void Channel::let_go() noexcept {
  for (const bool is_stderr : {false, true}) set_leftover(is_stderr, 0);
  if (handle_ && !session_.departed()) ssh_remove_channel_callbacks(get(), &callbacks_);
}

void Channel::start_over() {
  let_go();
  handle_.reset();  // libssh closes it, and forgets it when the peer has closed it, too
  backlog_.clear();
  window_ = {};
  incoming_ = Incoming::open;
  intake_ = Intake::bounded;
  close_sent_ = is_unanswered_ = false;
  peers_packets_ = PeersPackets::unknown;
  handle_ = session_.new_channel();
  if (handle_) ssh_set_channel_callbacks(get(), &callbacks_);
}

void Channel::set_callbacks() noexcept {
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](ssh_session, ssh_channel, void* data, std::uint32_t n, int is_stderr,
                                        void* self) noexcept {
    return static_cast<Channel*>(self)->note_data(static_cast<const char*>(data), n, is_stderr != 0);
  };
  callbacks_.channel_eof_function = [](ssh_session, ssh_channel, void* self) noexcept {
    auto& incoming = static_cast<Channel*>(self)->incoming_;
    incoming = std::max(incoming, Incoming::eof);
  };
  callbacks_.channel_close_function = [](ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Channel*>(self)->incoming_ = Incoming::closed;
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
  const std::size_t fresh = n - leftover_[is_stderr];
  session_.note_data_packet(fresh + (is_stderr ? kExtendedDataHeader : kDataHeader));
  window_.arrived(fresh, Clock::now());
  if (intake_ == Intake::discard || (is_stderr && stderr_data_ == Stderr::drop)) return static_cast<int>(n);
  // All or nothing once libssh holds a rest: keeps the order, and spares a memmove of that rest with every packet.
  const std::size_t most = intake_ == Intake::everything ? SIZE_MAX : kCallbackRoom + widened();
  const std::size_t room = most - std::min(most, backlog_.size());
  const std::size_t taken = leftover_[0] + leftover_[1] != 0 ? 0 : std::min<std::size_t>(n, room);
  backlog_.append({data, taken}, is_stderr);
  set_leftover(is_stderr, n - taken);
  if (held() > kMaxUnread + widened())
    session_.note_breach("more was sent than the window of a channel allows (RFC 4254, section 5.2)");
  return static_cast<int>(taken);
}

void Channel::set_leftover(bool is_stderr, std::size_t n) noexcept {
  session_.note_leftover(std::exchange(leftover_[is_stderr], n), n);
}

std::optional<Piece> Channel::front() {
  // What libssh holds is read in one piece: anything less would open the window further, without bound.
  for (const bool is_stderr : {false, true}) {
    const std::size_t left = leftover_[is_stderr];
    if (left == 0 || backlog_.size() != 0) continue;
    const auto room = backlog_.grow(left, is_stderr);
    const int n = ssh_channel_read(get(), room.data(), static_cast<std::uint32_t>(left), is_stderr);
    set_leftover(is_stderr, 0);
    if (n == static_cast<int>(left)) continue;
    backlog_.clear();  // the session died, and libssh keeps the rest to itself
    set_leftover(!is_stderr, 0);
  }
  if (backlog_.size() == 0) return {};
  return backlog_.front();
}

void Channel::refill(std::size_t& left) {
  if (leftover_[0] + leftover_[1] != 0 || eof() || close_sent() || !handle_ || !ssh_channel_is_open(get())) return;
  const std::size_t window = window_.grant(held(), left, Clock::now());
  if (window == 0) return;
  // libssh 0.10 is asked for a window by a read that is larger. It may look into the socket: what comes in is all taken
  // by the callback, and nothing is left for the read. Later ones do not change the window, and nothing comes of it.
  char nothing;
  const Intake intake = intake_;
  if (intake_ == Intake::bounded) intake_ = Intake::everything;
  ssh_channel_read_timeout(get(), &nothing, static_cast<std::uint32_t>(window), 0, 0);
  intake_ = intake;
}

void Channel::discard() {
  intake_ = Intake::discard;
  while (front()) backlog_.clear();
}

std::size_t Channel::write(std::span<const char> bytes, bool is_stderr) {
  if (session_.dead() || session_.breach() || session_.write_pending()) return 0;
  const std::size_t most = peers_packets_ == PeersPackets::are_sane ? kWriteChunk : kSanePacket;
  const auto n = static_cast<std::uint32_t>(std::min(bytes.size(), most));
  const std::uint64_t before = session_.packets_sent();
  std::optional<PacketWatch> watch;
  if (peers_packets_ == PeersPackets::unknown) watch.emplace(session_.packets_sent(), before + kEndless);
  const int rc =
      is_stderr ? ssh_channel_write_stderr(get(), bytes.data(), n) : ssh_channel_write(get(), bytes.data(), n);
  const std::size_t written = rc > 0 ? static_cast<std::size_t>(rc) : 0;
  check_packets(written, session_.packets_sent() - before);
  return written;
}

/// A peer that takes only a few bytes in a packet makes each byte cost many.
void Channel::check_packets(std::size_t written, std::uint64_t packets) {
  if (packets > written / kSanePacket + kOtherPackets)
    session_.note_breach(kTinyPackets);
  else if (written >= kSanePacket)
    peers_packets_ = PeersPackets::are_sane;
  else if (written != 0 && peers_packets_ == PeersPackets::unknown)
    peers_packets_ = PeersPackets::work;
}

void Channel::send_eof() {
  if (!session_.dead()) ssh_channel_send_eof(get());
}

void Channel::close() {
  // With output pending libssh sends the EOF, says SSH_AGAIN and leaves out the CLOSE.
  if (!close_sent()) close_sent_ = ssh_channel_close(get()) == SSH_OK;
}

Progress Channel::open(const Opening& opening) noexcept {
  if (!handle_) return Progress::failed;
  return progress_of(
      std::visit(Cases{[this](const OpenSession&) { return ssh_channel_open_session(get()); },
                       [this](const OpenDirect& o) {
                         return ssh_channel_open_forward(get(), o.target.host.c_str(), o.target.port,
                                                         o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenForwarded& o) {
                         return ssh_channel_open_reverse_forward(get(), o.listener.host.c_str(), o.listener.port,
                                                                 o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenX11& o) {
                         return ssh_channel_open_x11(get(), o.originator.host.c_str(), o.originator.port);
                       },
                       [this](const OpenAgent&) { return ssh_channel_open_auth_agent(get()); },
                       [](const OpenOther&) { return SSH_ERROR; }},
                 opening));
}

std::string Channel::refusal() const {
  const std::string text = session_.error();
  const auto code = text.find(texts::kOpeningCode);
  const auto words = code == text.npos ? text.npos : text.find(texts::kOpeningWords, code);
  return words == text.npos ? text : text.substr(words + texts::kOpeningWords.size());
}

void Channel::accept_agent() noexcept {
  callbacks_.channel_auth_agent_req_function = [](ssh_session, ssh_channel, void* self) noexcept {
    static_cast<Channel*>(self)->agent_offered = true;
  };
}

Progress Channel::request(const ChannelRequest& request) noexcept {
  if (is_unanswered_ && progress_of(ask(request)) == Progress::again) return Progress::failed;
  is_unanswered_ = false;
  return progress_of(ask(request));
}

int Channel::ask(const ChannelRequest& request) noexcept {
  return std::visit(
      Cases{[this](const Pty& r) { return ssh_channel_request_pty_size(get(), r.term.c_str(), r.columns, r.rows); },
            [this](const WindowChange& r) { return ssh_channel_change_pty_size(get(), r.columns, r.rows); },
            [this](const Env& r) { return ssh_channel_request_env(get(), r.name.c_str(), r.value.c_str()); },
            [this](const Shell&) { return ssh_channel_request_shell(get()); },
            [this](const Exec& r) { return ssh_channel_request_exec(get(), r.command.c_str()); },
            [this](const Subsystem& r) { return ssh_channel_request_subsystem(get(), r.name.c_str()); },
            [this](const X11& r) {
              return ssh_channel_request_x11(get(), r.single_connection, r.protocol.c_str(), r.cookie.c_str(),
                                             r.screen);
            },
            [](const UnknownRequest&) { return SSH_ERROR; }},
      request);
}

void Channel::offer_agent() noexcept {
  ssh_channel_request_auth_agent(get());
}

void Channel::send_signal(const std::string& name) noexcept {
  ssh_channel_request_send_signal(get(), name.c_str());
}

void Channel::send_exit(int status) noexcept {
  ssh_channel_request_send_exit_status(get(), status);
}

void Channel::send_exit(const ExitSignal& signal) noexcept {
  ssh_channel_request_send_exit_signal(get(), signal.name.c_str(), signal.core_dumped, signal.text.c_str(),
                                       signal.language.c_str());
}

void Channel::pretend_exit(std::string_view text, int status) {
  backlog_.append(text, true);
  exit_status = status;
  incoming_ = Incoming::closed;
  intake_ = Intake::discard;
}

}  // namespace pysshrp::ssh
