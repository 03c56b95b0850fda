#include "relay/session_bridge.h"

#include <chrono>
#include <memory>
#include <utility>

namespace pysshrp::relay {
namespace {

// Output that was under way when the client stopped reading: not more than this, not later than this.
constexpr std::uint64_t kUnderWay = 3 * 1024 * 1024;
constexpr std::chrono::seconds kUnderWayFor{1};

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

void SessionBridge::report_exit() {
  // Not down_->closed(): OpenSSH sends its CLOSE after both EOFs and still takes a status until ours.
  if (!up_->drained() || down_->close_sent()) return;
  if (const auto status = std::exchange(up_->exit_status, {})) down_->send_exit(*status);
  if (const auto signal = std::exchange(up_->exit_signal, {})) down_->send_exit(*signal);
}

}  // namespace pysshrp::relay
