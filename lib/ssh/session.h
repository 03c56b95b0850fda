#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ssh/banners.h"
#include "ssh/handles.h"
#include "ssh/message.h"

namespace pysshrp::ssh {

/// One SSH connection, either side. It has a poll context of its own, so that a call on one session never runs the
/// callbacks of another. Everything is non-blocking, the socket too; the callbacks of its channels only take notes
/// while service() or another call runs.
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  ssh_session get() const noexcept { return handle_.get(); }
  int fd() const noexcept { return ssh_get_fd(get()); }
  /// What libssh says is wrong; during the key exchange what it said first.
  std::string error() const;
  /// Closed by either side, or broken.
  bool dead() const noexcept {
    return life_ == Life::broken || (ssh_get_status(get()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
  }
  bool write_pending() const noexcept { return (ssh_get_status(get()) & SSH_WRITE_PENDING) != 0; }
  /// The peer's SSH_MSG_DISCONNECT (RFC 4253, section 11.1), if that was the end: `11: disconnected by user`.
  std::optional<std::string> peer_disconnect() const;
  /// Why it is dead, in words: the peer's, or libssh's.
  std::string disconnect_reason() const;

  /// Reads at most 256 KiB and writes what the socket takes. Reads nothing while the peer owes it to take what it was
  /// answered, or the caller to take what the peer asked.
  void service() noexcept;
  /// Whether service() would read.
  bool wants_input() const noexcept;
  /// Keeps what there is for next_message(): while nobody asks that, no more than so much is read.
  void collect() noexcept;
  /// The next request of the peer that waits for an answer.
  std::optional<Message> next_message() noexcept;
  /// A new channel, shared by its owner and by the requests that come in on it. Empty while nobody is logged in.
  ChannelHandle new_channel();
  /// Why we end the connection: the first rule that the peer has broken, or bound that it has exceeded. The session is
  /// not read any more.
  const std::optional<std::string>& breach() const noexcept { return breach_; }
  void note_breach(std::string_view what);
  /// Until this is called the socket's ACKs do not wait for data: the peers' Nagle would stall the set-up twice by 40
  /// ms.
  void disable_quickack() noexcept { quick_ = false; }
  /// One that carries a channel's data has come in, with a payload (RFC 4253, section 6) of so many bytes.
  void note_data_packet(std::size_t payload) noexcept {
    ++data_packets_;
    data_bytes_ += payload;
  }
  /// libssh holds so many bytes of a channel, where it held `before`: as long as it holds any, the peer's hang-up
  /// waits.
  void note_leftover(std::size_t before, std::size_t now) noexcept;
  /// The peer has hung up, which will show when what libssh holds is read.
  bool end_waits() const noexcept;
  /// How many packets have come in. What a call on a channel has read, the socket tells of no more.
  std::uint64_t packets() const noexcept { return raw_.in_packets; }
  /// Their payloads' size, in bytes.
  std::uint64_t bytes() const noexcept { return raw_.in_bytes; }
  const std::uint64_t& packets_sent() const noexcept { return raw_.out_packets; }
  /// Sends SSH_MSG_DISCONNECT with this text (RFC 4253, section 11.1) after all that is queued, lingers, and closes.
  /// Waits for the socket three seconds at the most.
  void disconnect(const std::string& text) noexcept;
  /// Our goodbye is said; with it libssh has freed all channels.
  bool departed() const noexcept { return life_ == Life::departed; }

 protected:
  Session();
  /// Possible only after the first call that exchanges keys, which creates what it needs.
  void join_event() noexcept;
  void acknowledge_quickly() const noexcept;

  std::string first_fault_;         ///< of the key exchange, see FaultWatch
  std::optional<Banners> banners_;  ///< where we are the client

 private:
  /// What has been sent, in three countings.
  struct Sent {
    std::uint64_t payload, packets, bytes;
  };
  Sent sent() const noexcept { return {raw_.out_bytes, raw_.out_packets, socket_.out_bytes}; }
  std::uint64_t unanswered_output() const noexcept;
  std::uint64_t unseen() const noexcept { return raw_.in_packets - data_packets_ - seen_; }
  std::optional<Message> take_message() noexcept;
  void release(ssh_channel channel) noexcept;
  std::string fatal_error() const;

  ssh_counter_struct socket_{}, raw_{};
  EventHandle event_;
  SessionHandle handle_;                                               // freed before the event
  std::map<ssh_channel, std::weak_ptr<ssh_channel_struct>> channels_;  ///< those that somebody owns
  std::deque<Message> collected_;
  std::optional<std::string> breach_;
  Sent drained_{};  ///< when libssh had nothing left to send
  std::uint64_t data_packets_ = 0, seen_ = 0;
  std::uint64_t data_bytes_ = 0, looked_through_ = 0;
  std::size_t leftover_ = 0;  ///< of all channels
  enum class Life {
    open,
    broken,   ///< libssh can do nothing more with its socket
    departed  ///< our goodbye is said
  };
  Life life_ = Life::open;
  bool joined_ = false, quick_ = true;
};

/// An identification string (RFC 4253, section 4.2) without `SSH-2.0-`; null: none.
std::string software_of(const char* identification);

/// For SSH_OPTIONS_COMPRESSION, which takes `no` for `none,zlib@openssh.com`. A packet would grow a thousandfold.
inline constexpr const char* kNoCompression = "none";
/// Packets that a key exchange takes, three to five, and some that say nothing (RFC 4253, section 11).
inline constexpr std::uint64_t kMaxKeyExchange = 8;

/// Has TCP find out within two minutes of silence that the peer is gone. A Unix socket knows by itself.
void keep_alive(int fd) noexcept;
/// The same while it owes us an answer to what was sent, and while it takes nothing. Not for a client: one that is
/// suspended takes nothing for hours, and goes on.
void expect_answers(int fd) noexcept;

/// Waits a second at the most for the peer to go too, before the socket is closed: what he is still sending would
/// otherwise meet a closed one, and he would report that instead of what he was told.
void linger(int socket) noexcept;

/// Sets what every SSH socket here has: no Nagle, no blocking. Called after libssh has done its own settings, which
/// undo it.
void prepare_socket(int fd) noexcept;

}  // namespace pysshrp::ssh
