#pragma once
#include <cstdint>
#include <deque>
#include <optional>

#include "relay/bridge.h"
#include "relay/patience.h"
#include "relay/rights.h"
#include "relay/sftp_filter.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// A session channel (RFC 4254, section 6). The client's requests are answered in their order, each by the upstream.
class SessionBridge final : public Bridge {
 public:
  SessionBridge(ssh::Session& downstream, ssh::Session& upstream, Wish wish, const Terms& terms, Granted& granted,
                Account& account);
  /// One that the client has already.
  SessionBridge(EarlyChannel early, ssh::Session& upstream, const Terms& terms, Granted& granted, Account& account);

  bool over() const override { return is_alone_ ? down_->close_sent() : Bridge::over(); }
  bool running() const noexcept override { return started_; }
  std::size_t waiting_weight() const noexcept override { return weight_of(requests_); }
  void take(Waiting waiting) override;
  void finish(TimePoint now) override;
  TimePoint deadline() const noexcept override { return in_flight_ ? answer_until_ : kNever; }
  bool advance() override;

 private:
  /// A request on a channel that either side has closed breaks the whole connection: OpenSSH knows the channel no more.
  bool upstream_listens() const { return !up_->gone() && !up_->close_sent(); }
  bool open_upstream();
  bool offer_agent();
  bool forward_request();
  bool is_in_vain(const ssh::ChannelRequest& request) const;
  bool await_answer(Waiting& waiting);
  bool has_begun(const ssh::ChannelRequest& request) const;
  void try_without(const ssh::ChannelRequest& request);
  void grant(Waiting& waiting);
  void settle(const ssh::ChannelRequest& request);
  bool refuse(Waiting& waiting);
  bool forward_signal();
  void watch_sftp();
  void leave_upstream();
  bool end_if_broken();
  void close_both();
  void break_pipe();
  void report_exit();

  const Terms& terms_;
  Granted& granted_;
  std::optional<SftpFilter> filter_;
  std::deque<Waiting> requests_;  // freed before the channels they point to
  Patience patience_;
  SetUp set_up_;
  TimePoint answer_until_ = kNever;  ///< of the request in flight
  bool is_alone_ = false;            ///< the client has had it early, and the upstream did not want it
  bool started_ = false, in_flight_ = false, has_terminal_ = false, has_agent_ = false, broken_ = false;
  struct Unread {
    TimePoint since;
    std::uint64_t bytes_down;
  };
  std::optional<Unread> unread_;  ///< the client has said that nobody reads the output any more
};

}  // namespace pysshrp::relay
