#include <algorithm>
#include <iterator>
#include <utility>

#include "base/client_messages.h"
#include "relay/names.h"
#include "relay/session_channel_pair.h"
#include "sftp/server_options.h"

// What the client asks for on a session channel: see session_channel_pair.h.
namespace pysshrp::relay {
namespace {

constexpr const char* kOriginalCommand = "SSH_ORIGINAL_COMMAND";

std::string wanted_command(const ssh::ChannelRequest& request) {
  if (const auto* exec = std::get_if<ssh::Exec>(&request)) return exec->command;
  const auto* subsystem = std::get_if<ssh::Subsystem>(&request);
  return subsystem ? subsystem->name : "";
}

/// Only sshd may set this variable; forced commands trust it.
bool is_original_command(const ssh::ChannelRequest& request) {
  const auto* env = std::get_if<ssh::Env>(&request);
  return env && env->name == kOriginalCommand;
}

/// A forced internal-sftp becomes the upstream's sftp subsystem; the filter enforces its options.
ssh::ChannelRequest forced(const std::string& command) {
  if (sftp::is_internal_sftp(command)) return ssh::Subsystem{"sftp"};
  return ssh::Exec{command};
}

/// Requests that clients send routinely. Refusing them is harmless and not worth a record.
bool is_usual(const ssh::ChannelRequest& request) {
  const Kind kind = kind_of(request);
  return kind == Kind::env || kind == Kind::window_change || kind == Kind::unknown;
}

}  // namespace

/// A forced command (sshd(8), AUTHORIZED_KEYS FILE FORMAT) replaces every program. SSH_ORIGINAL_COMMAND has what the
/// client asked for.
void SessionChannelPair::on_request(PendingRequest pending) {
  if (options_.forced_command && is_original_command(pending.request)) return pending.refuse();
  if (options_.forced_command && starts(pending.request)) {
    const auto wanted = permits(options_.rights, Kind::env) ? wanted_command(pending.request) : "";
    if (!wanted.empty()) requests_.push_back({nullptr, ssh::Env{kOriginalCommand, wanted}});
    pending.request = forced(*options_.forced_command);
  }
  requests_.push_back(std::move(pending));
}

bool SessionChannelPair::forward_request() {
  if (requests_.empty()) return false;
  PendingRequest& pending = requests_.front();
  const bool was_in_flight = answer_until_.has_value();
  if (!was_in_flight && is_in_vain(pending.request)) {
    pending.refuse();
    requests_.pop_front();
    return true;
  }
  if (!was_in_flight && !permits(options_.rights, pending.request)) return reject(pending);
  // The answer, output, exit status and CLOSE may all have arrived while another pair was served. So read the answer
  // before upstream_is_open().
  const ssh::Progress now =
      !upstream_is_open() && !was_in_flight ? ssh::Progress::failed : up_->request(pending.request);
  if (now == ssh::Progress::again && upstream_is_open()) {
    if (was_in_flight) return await_answer(pending);
    answer_until_ = answer_timeout_.until(pending.request);
    return false;
  }
  answer_until_.reset();
  if (now == ssh::Progress::done || (up_->gone() && has_begun(pending.request)))
    grant(pending);
  else
    pending.refuse();
  requests_.pop_front();
  return true;
}

/// A request that needs no asking: a second program on a channel (RFC 4254, section 6.5), or a kind that the upstream
/// does not answer.
bool SessionChannelPair::is_in_vain(const ssh::ChannelRequest& request) const {
  return (has_program() && starts(request)) || granted_.unanswered.test(static_cast<std::size_t>(kind_of(request)));
}

/// Output counts as success of the request that started the program. After the timeout a program is assumed to run; any
/// other request is refused, and the session continues on a new channel, because libssh never stops waiting for the
/// answer on this one.
bool SessionChannelPair::await_answer(PendingRequest& pending) {
  if (!has_begun(pending.request) && Clock::now() < *answer_until_) return false;
  answer_until_.reset();
  up_->expect_no_answer();
  if (starts(pending.request)) {
    grant(pending);
    requests_.pop_front();
  } else {
    pending.refuse();
    const ssh::ChannelRequest request = std::move(pending.request);
    requests_.pop_front();
    try_without(request);
  }
  return true;
}

bool SessionChannelPair::has_begun(const ssh::ChannelRequest& request) const {
  return starts(request) && up_->has_spoken();
}

void SessionChannelPair::try_without(const ssh::ChannelRequest& request) {
  observer_.limits("the upstream does not answer " + name_of(request) + ": it is asked for nothing of that kind again");
  granted_.unanswered.set(static_cast<std::size_t>(kind_of(request)));
  if (has_program()) return;  // later requests on this channel fail, but the program stays
  up_->start_over();
  open_again();
  down_->agent_offered |= std::exchange(has_agent_, false);
  std::deque<PendingRequest> all = setup_requests_.release();
  std::move(requests_.begin(), requests_.end(), std::back_inserter(all));
  requests_ = std::move(all);
}

void SessionChannelPair::grant(PendingRequest& pending) {
  pending.accept();
  on_granted(pending.request);
  if (has_program())
    setup_requests_.release();
  else
    setup_requests_.add(std::move(pending.request));
}

/// What follows from a request that the upstream granted.
void SessionChannelPair::on_granted(const ssh::ChannelRequest& request) {
  if (starts(request)) enter(Phase::running);
  granted_.x11 |= std::holds_alternative<ssh::X11>(request);
  const auto* subsystem = std::get_if<ssh::Subsystem>(&request);
  if (subsystem && subsystem->name == "sftp") watch_sftp();
  if (std::holds_alternative<ssh::Pty>(request)) {
    has_terminal_ = true;
    observer_.limits("the terminal's modes, and its size in pixels, are not passed on");
  }
}

/// Sent before queued requests, because a program looks for the agent when it starts. Not while a request is in flight:
/// libssh would take its answer for this one's.
bool SessionChannelPair::offer_agent() {
  if (answer_until_ || !std::exchange(down_->agent_offered, false)) return false;
  if (!permits(options_.rights, Kind::agent)) {
    observer_.denied("auth-agent-req@openssh.com");
  } else if (upstream_is_open()) {
    up_->offer_agent();
    granted_.agent = has_agent_ = true;
  }
  return true;
}

/// Refuses a subsystem with a CHANNEL_FAILURE. A shell or command is accepted, prints the reason and exits with 1, as
/// with a restricted account.
bool SessionChannelPair::reject(PendingRequest& pending) {
  if (!is_usual(pending.request)) observer_.denied(name_of(pending.request));
  if (std::holds_alternative<ssh::UnknownRequest>(pending.request) && has_program() && !has_terminal_ &&
      options_.client_is_openssh)
    unread_ = Unread{Clock::now(), observer_.bytes_down};
  if (!std::holds_alternative<ssh::Shell>(pending.request) && !std::holds_alternative<ssh::Exec>(pending.request)) {
    pending.refuse();
  } else {
    pending.accept();
    up_->pretend_exit(std::string{client_messages::kNoShell} + "\r\n", 1);
    enter(Phase::running);
  }
  requests_.pop_front();
  return true;
}

bool SessionChannelPair::forward_signal() {
  if (!has_program() || !requests_.empty() || down_->signals.empty()) return false;
  if (upstream_is_open() && permits(options_.rights, Kind::signal)) up_->send_signal(down_->signals.front());
  down_->signals.pop_front();
  return true;
}

}  // namespace pysshrp::relay
