#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include "relay/answer_timeout.h"
#include "relay/channel_pair.h"
#include "relay/rights.h"
#include "relay/sftp_filter.h"
#include "relay/sftp_pace.h"

namespace pysshrp::relay {

/// A session channel (RFC 4254, section 6). The client's requests are passed on one by one, and answered as the
/// upstream answers.
///
///   Phase    setup -> running       the upstream, or this proxy, has granted a shell, a command or a subsystem
///            setup -> refused       the client's channel is open, and the upstream has opened none: it is closed
///            running -> broken      the SFTP filter has found a fault: both are closed
///
/// A setup whose request the upstream never answers is done over on another channel of the upstream (opening again).
class SessionChannelPair final : public ChannelPair {
 public:
  /// `options`, `granted` and `observer` outlive it.
  SessionChannelPair(std::unique_ptr<ssh::ChannelEnd> down, std::unique_ptr<ssh::ChannelEnd> up, ChannelOpen request,
                     const RelayOptions& options, Granted& granted, RelayObserver& observer);
  /// A channel that the client opened before the upstream was logged in.
  SessionChannelPair(PendingChannel channel, std::unique_ptr<ssh::ChannelEnd> up, const RelayOptions& options,
                     Granted& granted, RelayObserver& observer);

  bool over() const override { return phase_ == Phase::refused ? down_->close_sent() : ChannelPair::over(); }
  bool running() const noexcept override { return has_program(); }
  std::size_t waiting_weight() const noexcept override { return weight_of(requests_); }
  void on_request(PendingRequest pending) override;
  void finish(TimePoint now) override;
  TimePoint deadline() const noexcept override { return answer_until_.value_or(kNever); }
  bool advance() override;

 private:
  enum class Phase { setup, running, refused, broken };
  /// Whether a request may be sent upstream. OpenSSH ends the whole connection for a request on a closed channel.
  bool upstream_is_open() const { return !up_->gone() && !up_->close_sent(); }
  bool has_program() const noexcept { return phase_ == Phase::running || phase_ == Phase::broken; }
  void enter(Phase phase);
  bool relay();
  bool open_upstream();
  bool offer_agent();
  bool forward_request();
  bool is_in_vain(const ssh::ChannelRequest& request) const;
  bool await_answer(PendingRequest& pending);
  bool has_begun(const ssh::ChannelRequest& request) const;
  void try_without(const ssh::ChannelRequest& request);
  void grant(PendingRequest& pending);
  void on_granted(const ssh::ChannelRequest& request);
  bool reject(PendingRequest& pending);
  bool forward_signal();
  void watch_sftp();
  void leave_upstream();
  bool end_if_broken();
  void close_both();
  void break_pipe();
  void report_exit();

  const RelayOptions& options_;
  Granted& granted_;
  std::optional<SftpPace> pace_;
  std::optional<SftpFilter> filter_;
  std::deque<PendingRequest> requests_;  // declared after the channels that they point to, so freed before them
  AnswerTimeout answer_timeout_;
  SetupRequests setup_requests_;
  Phase phase_ = Phase::setup;
  std::optional<TimePoint> answer_until_;  ///< of the request in flight, if there is one
  bool has_terminal_ = false, has_agent_ = false;
  struct Unread {
    TimePoint since;
    std::uint64_t bytes_down;
  };
  std::optional<Unread> unread_;  ///< since the client sent eow@openssh.com: nobody reads the output
};

}  // namespace pysshrp::relay
