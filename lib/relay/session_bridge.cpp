#include "relay/session_bridge.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "base/told.h"
#include "relay/names.h"
#include "sftp/server_options.h"

namespace pysshrp::relay {
namespace {

// Output that was under way when the client stopped reading: not more than this, not later than this.
constexpr std::uint64_t kUnderWay = 3 * 1024 * 1024;
constexpr std::chrono::seconds kUnderWayFor{1};
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

SessionBridge::SessionBridge(ssh::Session& downstream, ssh::Session& upstream, Wish wish, const Terms& terms,
                             Granted& granted, Account& account)
    : Bridge(std::make_unique<ssh::Channel>(downstream, ssh::Channel::Stderr::drop),
             std::make_unique<ssh::Channel>(upstream, ssh::Channel::Stderr::keep), Asker::client, std::move(wish),
             account),
      terms_(terms),
      granted_(granted) {
  down_->welcome_agent();
}

SessionBridge::SessionBridge(EarlyChannel early, ssh::Session& upstream, const Terms& terms, Granted& granted,
                             Account& account)
    : Bridge(std::move(early.channel), std::make_unique<ssh::Channel>(upstream, ssh::Channel::Stderr::keep),
             Asker::client, {ssh::Message{}, ssh::OpenSession{}}, account),
      terms_(terms),
      granted_(granted) {
  down_->agent_offered &= permits(terms.rights, Kind::agent);  // the login has made use of it: nothing is denied here
  for (Waiting& waiting : early.requests) take(std::move(waiting));
}

bool SessionBridge::advance() {
  if (opening()) return open_upstream();
  if (is_alone_) {  // nothing may be sent upstream: it would be for another channel there
    down_->close();
    return false;
  }
  if (broken_) {
    close_both();
    return false;
  }
  bool moved = offer_agent() || forward_request() || forward_signal();
  if (!started_) {
    // Before the upstream has said what runs there, nothing is passed on: it would pass the SFTP filter by.
    if (requests_.empty() && (down_->gone() || up_->gone())) {
      down_->discard();
      up_->discard();
      upward_.finish();
      downward_.finish();
    }
  } else {
    // A call on the upstream may take further notes, status and CLOSE at once: all of them come before report_exit.
    moved |= upward_.pump();
    if (requests_.empty()) {
      upward_.finish();
      leave_upstream();
    }
    break_pipe();
    moved |= downward_.pump();
    if (filter_) moved |= filter_->has_moved() || end_if_broken();
    report_exit();
    downward_.finish();
  }
  return moved;
}

bool SessionBridge::open_upstream() {
  patience_.begins_to_open();
  const ssh::Progress now = open();
  if (now == ssh::Progress::again) return false;
  patience_.has_opened();
  // Where it is over the client has no channel: what would be sent on it is another's.
  is_alone_ = now == ssh::Progress::failed && !over();
  if (!is_alone_) return true;
  for (Waiting& waiting : requests_) waiting.message.refuse();
  requests_.clear();
  return true;
}

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
  if (!in_flight_ && started_ && starts(waiting.request)) {  // RFC 4254, section 6.5: once in a channel
    waiting.message.refuse();
    requests_.pop_front();
    return true;
  }
  if (!in_flight_ && !permits(terms_.rights, waiting.request)) return refuse(waiting);
  if (!in_flight_ && granted_.unanswered.test(static_cast<std::size_t>(kind_of(waiting.request)))) {
    waiting.message.refuse();
    requests_.pop_front();
    return true;
  }
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
  if (!started_) set_up_.note(std::move(waiting.request));
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

void SessionBridge::watch_sftp() {
  filter_.emplace(*down_, *up_, *terms_.sftp, account_.sftp);
  upward_.read_from(filter_->upward());
  downward_.read_from(filter_->downward());
}

/// An SFTP conversation that went wrong is not continued by either side.
bool SessionBridge::end_if_broken() {
  if (filter_->broken().empty() || broken_) return false;
  broken_ = true;
  account_.broken(filter_->broken());
  down_->discard();
  up_->discard();
  close_both();
  return true;
}

/// A request that the filter holds back until the upstream has answered holds back the end of the client's bytes too.
/// With one side gone the answer never comes, or is for nobody: then the channel upstream ends when all that went on is
/// through.
void SessionBridge::leave_upstream() {
  if (!filter_) return;
  const bool is_left = up_->gone() ? up_->drained() : down_->gone() && !filter_->upward().front();
  if (is_left) up_->close();
}

void SessionBridge::close_both() {
  down_->close();
  up_->close();
}

void SessionBridge::finish(TimePoint now) {
  if (filter_) filter_->finish(now);
}

/// `ssh host yes | head -1`: OpenSSH's client goes on reading, and tells the server with eow@openssh.com (its PROTOCOL,
/// section 2.1) that nobody wants more, who breaks the program's pipe. libssh can neither name nor send that request. A
/// close of the channel breaks the pipe as well; it waits for output that the program has written since, and so leaves
/// their exit status to those that end by themselves.
void SessionBridge::break_pipe() {
  const auto piece = unread_ && !up_->closed() ? up_->front() : std::nullopt;
  if (!piece || piece->is_stderr) return;
  if (account_.bytes_down - unread_->bytes_down > kUnderWay || Clock::now() - unread_->since > kUnderWayFor)
    up_->close();
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

void SessionBridge::report_exit() {
  // Not down_->closed(): OpenSSH sends its CLOSE after both EOFs and still takes a status until ours.
  if (!up_->drained() || down_->close_sent()) return;
  if (const auto status = std::exchange(up_->exit_status, {})) down_->send_exit(*status);
  if (const auto signal = std::exchange(up_->exit_signal, {})) down_->send_exit(*signal);
}

}  // namespace pysshrp::relay
