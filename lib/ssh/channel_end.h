#pragma once
#include <libssh/libssh.h>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/stream.h"
#include "ssh/handles.h"
#include "ssh/message.h"

namespace pysshrp::ssh {

/// How a process ended that a signal ended (RFC 4254, section 6.10).
struct ExitSignal {
  std::string name;
  bool core_dumped = false;
  std::string text, language;
};

/// One end of a channel pair: what a relay needs of a channel. See Channel, which is one of libssh's.
class ChannelEnd : public Source, public Sink {
 public:
  /// Null: there is none.
  virtual ssh_channel get() const noexcept = 0;
  /// Bytes that have come in and are not passed on.
  virtual std::size_t held() const noexcept = 0;
  /// To be called after what could be passed on has been: lets the peer send more in its place. If its window grows,
  /// that is taken from `left`.
  virtual void refill(std::size_t& left) = 0;
  /// See Window.
  virtual std::size_t widened() const noexcept = 0;
  /// It is gone, or the peer has hung up behind what it has sent.
  virtual bool has_left() const = 0;

  /// Asks the peer for this channel. To be repeated with the same opening while it says `again`.
  virtual Progress open(const Opening& opening) noexcept = 0;
  /// What the peer said when it did not open the channel.
  virtual std::string refusal() const = 0;
  /// From now on the client may offer its agent (auth-agent-req@openssh.com); libssh grants that at once.
  virtual void accept_agent() noexcept = 0;
  /// Sends a request and takes the answer. To be repeated with the same request while it says `again`: libssh has one
  /// in flight per channel, and any other would eat its answer.
  virtual Progress request(const ChannelRequest& request) noexcept = 0;
  /// The request in flight is taken as answered. If its answer comes after all it is eaten; until then every other one
  /// fails.
  virtual void expect_no_answer() noexcept = 0;
  /// The peer has sent something on it, or that all is said.
  virtual bool has_spoken() const noexcept = 0;
  /// Closes it and becomes another one, which is still to be opened.
  virtual void start_over() = 0;
  /// Offers the agent (auth-agent-req@openssh.com). It has no answer.
  virtual void offer_agent() noexcept = 0;
  virtual void send_signal(const std::string& name) noexcept = 0;
  virtual void send_exit(int status) noexcept = 0;
  virtual void send_exit(const ExitSignal& signal) noexcept = 0;
  /// The session ends here as if the peer had run something that wrote `text` to stderr and exited with `status`.
  virtual void pretend_exit(std::string_view text, int status) = 0;

  // Notes of what came in, for the loop to take away.
  std::deque<std::string> signals;
  std::optional<int> exit_status;
  std::optional<ExitSignal> exit_signal;
  bool agent_offered = false;
};

}  // namespace pysshrp::ssh
