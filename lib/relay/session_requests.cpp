#include <algorithm>
#include <iterator>
#include <utility>

#include "base/told.h"
#include "relay/names.h"
#include "relay/session_bridge.h"
#include "sftp/server_options.h"

// What the client asks for on a session channel: see session_bridge.h.
namespace pysshrp::relay {
namespace {

constexpr const char* kOriginalCommand = "SSH_ORIGINAL_COMMAND";

std::string wanted_command(const ssh::ChannelRequest& request) {
  if (const auto* exec = std::get_if<ssh::Exec>(&request)) return exec->command;
  const auto* subsystem = std::get_if<ssh::Subsystem>(&request);
  return subsystem ? subsystem->name : "";
}

/// What sshd alone may say: a forced command relies on it.
bool is_original_command(const ssh::ChannelRequest& request) {
  const auto* env = std::get_if<ssh::Env>(&request);
  return env && env->name == kOriginalCommand;
}

/// sshd's internal-sftp is the upstream's sftp subsystem here; the filter holds it to its options.
ssh::ChannelRequest forced(const std::string& command) {
  if (sftp::is_internal_sftp(command)) return ssh::Subsystem{"sftp"};
  return ssh::Exec{command};
}

/// What every client asks for that means no harm. Who may not have it misses nothing, and it gets no record.
bool is_usual(const ssh::ChannelRequest& request) {
  const Kind kind = kind_of(request);
  return kind == Kind::env || kind == Kind::window_change || kind == Kind::unknown;
}

}  // namespace

/// A forced command (sshd(8), AUTHORIZED_KEYS FILE FORMAT) runs whatever is asked for, and is told what that was.
void SessionBridge::take(Waiting waiting) {
  if (terms_.forced_command && is_original_command(waiting.request)) return waiting.message.refuse();
  if (terms_.forced_command && starts(waiting.request)) {
    const auto wanted = permits(terms_.rights, Kind::env) ? wanted_command(waiting.request) : "";
    if (!wanted.empty()) requests_.push_back({ssh::Message{}, ssh::Env{kOriginalCommand, wanted}});
    waiting.request = forced(*terms_.forced_command);
  }
  requests_.push_back(std::move(waiting));
}

bool SessionBridge::forward_request() {
  if (requests_.empty()) return false;
  Waiting& waiting = requests_.front();
  if (!in_flight_ && is_in_vain(waiting.request)) {
    waiting.message.refuse();
    requests_.pop_front();
    return true;
  }
  if (!in_flight_ && !permits(terms_.rights, waiting.request)) return refuse(waiting);
  // The answer, the output, the status and the CLOSE may all have come in while another bridge was served: libssh is
  // asked before upstream_listens().
  const ssh::Progress now = !upstream_listens() && !in_flight_ ? ssh::Progress::failed : up_->request(waiting.request);
  const bool was_in_flight = in_flight_;
  in_flight_ = now == ssh::Progress::again && upstream_listens();
  if (in_flight_ && !was_in_flight) answer_until_ = patience_.until(waiting.request);
  if (in_flight_) return was_in_flight && await_answer(waiting);
  if (now == ssh::Progress::done || (up_->gone() && has_begun(waiting.request)))
    grant(waiting);
  else
    waiting.message.refuse();
  requests_.pop_front();
  return true;
}

/// A program that has begun is the only one of its channel (RFC 4254, section 6.5), and who never answers is not asked
/// again.
bool SessionBridge::is_in_vain(const ssh::ChannelRequest& request) const {
  return (started_ && starts(request)) || granted_.unanswered.test(static_cast<std::size_t>(kind_of(request)));
}

/// What a program says is an answer to the request that started it. Who says nothing in time never will: a program is
/// taken to run, and without anything else it goes on another channel, since libssh waits for ever on this one.
bool SessionBridge::await_answer(Waiting& waiting) {
  if (!has_begun(waiting.request) && Clock::now() < answer_until_) return false;
  in_flight_ = false;
  up_->expect_no_answer();
  if (starts(waiting.request)) {
    grant(waiting);
    requests_.pop_front();
  } else {
    waiting.message.refuse();
    const ssh::ChannelRequest request = std::move(waiting.request);
    requests_.pop_front();
    try_without(request);
  }
  return true;
}

bool SessionBridge::has_begun(const ssh::ChannelRequest& request) const {
  return starts(request) && up_->has_spoken();
}

void SessionBridge::try_without(const ssh::ChannelRequest& request) {
  account_.limits("the upstream does not answer " + name_of(request) + ": it is asked for nothing of that kind again");
  granted_.unanswered.set(static_cast<std::size_t>(kind_of(request)));
  if (started_) return;  // and every other request on this channel comes to nothing
  up_->start_over();
  open_again();
  down_->agent_offered |= std::exchange(has_agent_, false);
  std::deque<Waiting> all = set_up_.take();
  std::move(requests_.begin(), requests_.end(), std::back_inserter(all));
  requests_ = std::move(all);
}

void SessionBridge::grant(Waiting& waiting) {
  waiting.message.accept();
  settle(waiting.request);
  if (started_)
    set_up_.take();
  else
    set_up_.note(std::move(waiting.request));
}

/// The upstream has granted it.
void SessionBridge::settle(const ssh::ChannelRequest& request) {
  started_ |= starts(request);
  granted_.x11 |= std::holds_alternative<ssh::X11>(request);
  const auto* subsystem = std::get_if<ssh::Subsystem>(&request);
  if (subsystem && subsystem->name == "sftp" && terms_.sftp) watch_sftp();
  if (std::holds_alternative<ssh::Pty>(request)) {
    has_terminal_ = true;
    account_.limits("the terminal's modes, and its size in pixels, are not passed on");
  }
}

/// Before any request that waits: a program finds at its start whether there is an agent. libssh must not be waiting
/// for another answer on the channel, which this would eat.
bool SessionBridge::offer_agent() {
  if (in_flight_ || !std::exchange(down_->agent_offered, false)) return false;
  if (!permits(terms_.rights, Kind::agent)) {
    account_.denied("auth-agent-req@openssh.com");
  } else if (upstream_listens()) {
    up_->offer_agent();
    granted_.agent = has_agent_ = true;
  }
  return true;
}

/// A subsystem is refused as the protocol does. A shell or a command seems to run and says why it does not, as a
/// restricted account would.
bool SessionBridge::refuse(Waiting& waiting) {
  if (!is_usual(waiting.request)) account_.denied(name_of(waiting.request));
  if (std::holds_alternative<ssh::UnknownRequest>(waiting.request) && started_ && !has_terminal_ &&
      terms_.client_is_openssh)
    unread_ = Unread{Clock::now(), account_.bytes_down};
  if (!std::holds_alternative<ssh::Shell>(waiting.request) && !std::holds_alternative<ssh::Exec>(waiting.request)) {
    waiting.message.refuse();
  } else {
    waiting.message.accept();
    up_->pretend_exit(std::string{told::kNoShell} + "\r\n", 1);
    started_ = true;
  }
  requests_.pop_front();
  return true;
}

bool SessionBridge::forward_signal() {
  if (!started_ || !requests_.empty() || down_->signals.empty()) return false;
  if (upstream_listens() && permits(terms_.rights, Kind::signal)) up_->send_signal(down_->signals.front());
  down_->signals.pop_front();
  return true;
}

}  // namespace pysshrp::relay
