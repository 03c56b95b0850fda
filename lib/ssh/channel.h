#pragma once
#include <libssh/callbacks.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/backlog.h"
#include "ssh/channel_end.h"
#include "ssh/handles.h"
#include "ssh/message.h"
#include "ssh/session.h"
#include "ssh/window.h"

namespace pysshrp::ssh {

/// One end of a channel pair. Pinned, since libssh points back at it. Its callbacks only take notes; everything else is
/// called by the loop. What libssh needs to be told to keep its memory bounded, and not to lose data, is all in here:
/// every byte that arrives is either in the backlog, or counted in `leftover_` while libssh holds it.
class Channel final : public ChannelEnd {
 public:
  /// Stderr that comes from a client has no meaning (RFC 4254, section 5.2 knows it only from a server): it is thrown
  /// away.
  enum class Stderr { keep, drop };

  Channel(Session& session, Stderr stderr_data);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() override;

  ssh_channel get() const noexcept override { return handle_.get(); }
  std::size_t held() const noexcept override { return backlog_.size() + leftover_[0] + leftover_[1]; }
  void refill(std::size_t& left) override;
  std::size_t widened() const noexcept override { return window_.widened(held()); }

  std::optional<Piece> front() override;
  void pop(std::size_t n) override { backlog_.pop(n); }
  bool drained() const override { return held() == 0; }
  bool eof() const override { return incoming_ != Incoming::open; }
  bool closed() const override { return incoming_ == Incoming::closed; }
  bool gone() const override { return closed() || session_.dead(); }
  bool has_left() const override { return gone() || session_.end_waits(); }
  void discard() override;
  std::size_t write(std::span<const char> bytes, bool is_stderr) override;
  void send_eof() override;
  void close() override;
  bool close_sent() const override { return close_sent_ || session_.dead(); }

  Progress open(const Opening& opening) noexcept override;
  std::string refusal() const override;
  void accept_agent() noexcept override;
  Progress request(const ChannelRequest& request) noexcept override;
  void expect_no_answer() noexcept override { is_unanswered_ = true; }
  bool has_spoken() const noexcept override {
    return held() != 0 || exit_status || exit_signal || incoming_ == Incoming::eof;
  }
  void start_over() override;
  void offer_agent() noexcept override;
  void send_signal(const std::string& name) noexcept override;
  void send_exit(int status) noexcept override;
  void send_exit(const ExitSignal& signal) noexcept override;
  void pretend_exit(std::string_view text, int status) override;

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
  /// What the peer may still send (RFC 4254, section 5.3), in this order. It may leave the EOF out.
  enum class Incoming { open, eof, closed };
  Incoming incoming_ = Incoming::open;
  /// What is done with data that comes in: kept as far as there is room for it, kept in any case, or thrown away.
  enum class Intake { bounded, everything, discard };
  Intake intake_ = Intake::bounded;
  bool close_sent_ = false, is_unanswered_ = false;
  std::array<std::size_t, 2> leftover_{};  ///< bytes that libssh still holds: data, stderr
  Backlog backlog_;
  Window window_;
  ssh_channel_callbacks_struct callbacks_{};
  ChannelHandle handle_;
};

}  // namespace pysshrp::ssh
