#pragma once
#include <libssh/callbacks.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/backlog.h"
#include "base/stream.h"
#include "ssh/handles.h"
#include "ssh/message.h"
#include "ssh/session.h"
#include "ssh/window.h"

namespace pysshrp::ssh {

/// How a process ended that a signal ended (RFC 4254, section 6.10).
struct ExitSignal {
  std::string name;
  bool core_dumped = false;
  std::string text, language;
};

/// One end of a channel pair. Pinned, since libssh points back at it. Its callbacks only take notes; everything else is
/// called by the loop. What libssh needs to be told to keep its memory bounded, and not to lose data, is all in here:
/// every byte that arrives is either in the backlog, or counted in `leftover_` while libssh holds it.
class Channel final : public Source, public Sink {
 public:
  /// Stderr that comes from a client has no meaning (RFC 4254, section 5.2 knows it only from a server): it is thrown
  /// away.
  enum class Stderr { keep, drop };

  Channel(Session& session, Stderr stderr_data);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() override;

  ssh_channel get() const noexcept { return handle_.get(); }
  std::size_t held() const noexcept { return backlog_.size() + leftover_[0] + leftover_[1]; }
  /// To be called after what could be passed on has been: lets the peer send more in its place. If its window grows,
  /// that is taken from `left`.
  void refill(std::size_t& left);
  /// See Window.
  std::size_t widened() const noexcept { return window_.widened(held()); }

  std::optional<Piece> front() override;
  void pop(std::size_t n) override { backlog_.pop(n); }
  bool drained() const override { return held() == 0; }
  bool eof() const override { return eof_; }
  bool closed() const override { return closed_; }
  bool gone() const override { return closed_ || session_.dead(); }
  /// The same, or the peer has hung up behind what it has sent.
  bool has_left() const { return gone() || session_.end_waits(); }
  void discard() override;
  std::size_t write(std::span<const char> bytes, bool is_stderr) override;
  void send_eof() override;
  void close() override;
  bool close_sent() const override { return close_sent_ || session_.dead(); }

  /// Asks the peer for this channel. To be repeated with the same opening while it says `again`.
  Progress open(const Opening& opening) noexcept;
  /// What the peer said when it did not open the channel.
  std::string refusal() const;
  /// From now on the client may offer its agent (auth-agent-req@openssh.com); libssh grants that at once.
  void accept_agent() noexcept;
  /// Sends a request and takes the answer. To be repeated with the same request while it says `again`: libssh has one
  /// in flight per channel, and any other would eat its answer.
  Progress request(const ChannelRequest& request) noexcept;
  /// The request in flight is taken as answered. If its answer comes after all it is eaten; until then every other one
  /// fails.
  void expect_no_answer() noexcept { is_unanswered_ = true; }
  /// The peer has sent something on it, or that all is said.
  bool has_spoken() const noexcept { return held() != 0 || exit_status || exit_signal || (eof_ && !closed_); }
  /// Closes it and becomes another one, which is still to be opened.
  void start_over();
  /// Offers the agent (auth-agent-req@openssh.com). It has no answer.
  void offer_agent() noexcept;
  void send_signal(const std::string& name) noexcept;
  void send_exit(int status) noexcept;
  void send_exit(const ExitSignal& signal) noexcept;
  /// The session ends here as if the peer had run something that wrote `text` to stderr and exited with `status`.
  void pretend_exit(std::string_view text, int status);

  // Notes of the callbacks, for the loop to take away.
  std::deque<std::string> signals;
  std::optional<int> exit_status;
  std::optional<ExitSignal> exit_signal;
  bool agent_offered = false;

 private:
  int note_data(const char* data, std::uint32_t n, bool is_stderr) noexcept;
  void set_leftover(bool is_stderr, std::size_t n) noexcept;
  void set_callbacks() noexcept;
  void let_go() noexcept;
  int ask(const ChannelRequest& request) noexcept;
  void check_packets(std::size_t written, std::uint64_t packets);

  Session& session_;
  const Stderr stderr_data_;
  /// What is known of the peer's maximum packet: nothing before the first write, that it is sane after one of its size.
  enum class PeersPackets { unknown, work, are_sane };
  PeersPackets peers_packets_ = PeersPackets::unknown;
  bool eof_ = false, closed_ = false, close_sent_ = false, discarding_ = false, is_unanswered_ = false;
  bool is_refilling_ = false;
  std::array<std::size_t, 2> leftover_{};  ///< bytes that libssh still holds: data, stderr
  Backlog backlog_;
  Window window_;
  ssh_channel_callbacks_struct callbacks_{};
  ChannelHandle handle_;
};

}  // namespace pysshrp::ssh
