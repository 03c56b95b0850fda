#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "relay/early.h"
#include "relay/lane.h"
#include "relay/rights.h"
#include "relay/sftp_filter.h"
#include "ssh/channel.h"
#include "ssh/message.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// What flows and what is refused, for the record.
struct Account {
  std::uint64_t bytes_up = 0, bytes_down = 0;
  std::function<void(const std::string&)> denied = [](const std::string&) {};  ///< `shell`, `exec`, `subsystem sftp`
  sftp::Filter::Record sftp = [](const sftp::Event&) {};
  std::function<void(const std::string&)> broken = [](const std::string&) {};  ///< why an SFTP channel had to end
  std::function<void()> awake = [] {};  ///< before each sleep: the bytes may have grown
};

/// A session channel of the client and its counterpart at the upstream. Requests are answered in their order, each by
/// the upstream. Pinned, like the channels in it.
class Bridge {
 public:
  /// `open` is the client's wish for the channel; it is answered when the upstream has answered.
  Bridge(ssh::Session& downstream, ssh::Session& upstream, ssh::Message open, const Terms& terms, Account& account);
  /// One that the client has already.
  Bridge(Early early, ssh::Session& upstream, const Terms& terms, Account& account);
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  bool serves(ssh_channel channel) const noexcept { return channel == down_->get(); }
  /// Nothing is left to do, or the upstream did not want it.
  bool over() const;
  /// Bytes of the upstream that the client has not taken yet.
  std::size_t held() const noexcept { return up_.held(); }
  bool running() const noexcept { return started_; }
  /// The upstream has closed the channel in good order, and the client has not got all of it yet.
  bool owes_the_client() const { return up_.closed() && !down_->close_sent(); }
  std::size_t waiting_requests() const noexcept { return requests_.size(); }
  void take(Waiting waiting);
  /// Nothing more will come: records what is still to be recorded. Once.
  void finish(TimePoint now);
  /// One step of everything; true if something moved, so that the loop comes back before it sleeps.
  bool advance();

 private:
  /// A request on a channel that either side has closed breaks the whole connection: OpenSSH knows the channel no more.
  bool upstream_listens() const { return !up_.gone() && !up_.close_sent(); }
  bool open();
  bool forward_request();
  bool refuse(Waiting& waiting);
  bool forward_signal();
  void watch_sftp();
  void leave_upstream();
  bool end_if_broken();
  void close_both();
  void break_pipe();
  void report_exit();

  std::unique_ptr<ssh::Channel> down_;
  ssh::Channel up_;
  Lane upward_, downward_;
  const Terms& terms_;
  Account& account_;
  std::optional<SftpFilter> filter_;
  std::optional<ssh::Message> open_;  // messages are freed before the channels they point to
  std::deque<Waiting> requests_;
  bool is_alone_ = false;  ///< the client has had it early, and the upstream did not want it
  bool opening_ = true, started_ = false, refused_ = false, in_flight_ = false, has_terminal_ = false, broken_ = false;
  struct Unread {
    TimePoint since;
    std::uint64_t bytes_down;
  };
  std::optional<Unread> unread_;  ///< the client has said that nobody reads the output any more
};

}  // namespace pysshrp::relay
