#include "relay/session_channel_pair.h"

#include <chrono>
#include <memory>
#include <utility>

namespace pysshrp::relay {
namespace {

// Output still accepted after eow@openssh.com, which the program may have written before: bytes, and for how long.
constexpr std::uint64_t kInFlight = 3 * 1024 * 1024;
constexpr std::chrono::seconds kInFlightTime{1};

}  // namespace

SessionChannelPair::SessionChannelPair(std::unique_ptr<ssh::ChannelEnd> down, std::unique_ptr<ssh::ChannelEnd> up,
                                       ChannelOpen request, const RelayOptions& options, Granted& granted,
                                       RelayObserver& observer)
    : ChannelPair(std::move(down), std::move(up), Initiator::client, std::move(request), observer),
      options_(options),
      granted_(granted) {
  down_->accept_agent();
}

SessionChannelPair::SessionChannelPair(PendingChannel channel, std::unique_ptr<ssh::ChannelEnd> up,
                                       const RelayOptions& options, Granted& granted, RelayObserver& observer)
    : ChannelPair(std::move(channel.channel), std::move(up), Initiator::client, {nullptr, ssh::OpenSession{}},
                  observer),
      options_(options),
      granted_(granted) {
  down_->agent_offered &=
      permits(options.rights, Kind::agent);  // the login used the agent itself, so this is no denied request
  for (PendingRequest& pending : channel.requests) on_request(std::move(pending));
}

void SessionChannelPair::enter(Phase phase) {
  if (phase == phase_) return;
  phase_ = phase;
  note(phase == Phase::running ? "running" : phase == Phase::refused ? "refused by the upstream" : "broken");
}

bool SessionChannelPair::advance() {
  if (opening()) return open_upstream();
  switch (phase_) {
    case Phase::refused:  // there is no upstream channel to send anything to
      down_->close();
      return false;
    case Phase::broken:
      close_both();
      return false;
    case Phase::setup:
    case Phase::running:
      break;
  }
  const bool moved = offer_agent() || forward_request() || forward_signal();
  if (phase_ == Phase::running) return relay() || moved;
  // No data is passed on before the upstream has answered what it runs: SFTP data would bypass the filter.
  if (requests_.empty() && (down_->gone() || up_->gone())) {
    down_->discard();
    up_->discard();
    upward_.finish();
    downward_.finish();
  }
  return moved;
}

/// Passes on what both sides have sent. libssh may receive the exit status and CLOSE inside any call on the upstream:
/// report_exit() comes after these calls.
bool SessionChannelPair::relay() {
  if (pace_ && down_->has_left()) pace_->give_up();
  bool moved = upward_.pump();
  if (requests_.empty()) {
    upward_.finish();
    leave_upstream();
  }
  break_pipe();
  moved |= downward_.pump();
  if (filter_) moved |= filter_->has_moved() || end_if_broken();
  report_exit();
  downward_.finish();
  return moved;
}

bool SessionChannelPair::open_upstream() {
  answer_timeout_.opening_started();
  const ssh::Progress now = open();
  if (now == ssh::Progress::again) return false;
  answer_timeout_.opening_finished();
  // If over(), the client's channel was not opened either, and nothing may be sent on it.
  if (now == ssh::Progress::done || over()) return true;
  enter(Phase::refused);
  for (PendingRequest& pending : requests_) pending.refuse();
  requests_.clear();
  return true;
}

void SessionChannelPair::watch_sftp() {
  pace_.emplace(*down_, *up_);
  upward_.read_from(pace_->upward());
  downward_.read_from(pace_->downward());
  if (!options_.sftp) return;
  filter_.emplace(*down_, pace_->downward(), *options_.sftp, observer_.sftp);
  pace_->read_from(filter_->upward());
  downward_.read_from(filter_->downward());
}

/// Ends both channels when the SFTP filter has found a fault.
bool SessionChannelPair::end_if_broken() {
  if (filter_->broken().empty()) return false;
  enter(Phase::broken);
  observer_.broken(filter_->broken());
  down_->discard();
  up_->discard();
  close_both();
  return true;
}

/// While the filter holds a request back, EOF is delayed, too. If one side is gone the answer that the filter waits for
/// does not come or is not needed: the upstream channel is closed once all data is passed on.
void SessionChannelPair::leave_upstream() {
  if (!filter_) return;
  const bool is_left = up_->gone() ? up_->drained() : down_->gone() && !filter_->upward().front();
  if (is_left) up_->close();
}

void SessionChannelPair::close_both() {
  down_->close();
  up_->close();
}

void SessionChannelPair::finish(TimePoint now) {
  if (filter_) filter_->finish(now);
}

/// For `ssh host yes | head -1`: OpenSSH's client sends eow@openssh.com (its PROTOCOL, section 2.1), and the server
/// closes the program's stdout, so that it ends by SIGPIPE. libssh cannot send that request, so the channel is closed
/// instead, but only when the program keeps writing: a program that ends by itself still reports its exit status.
void SessionChannelPair::break_pipe() {
  const auto piece = unread_ && !up_->closed() ? up_->front() : std::nullopt;
  if (!piece || piece->is_stderr) return;
  if (observer_.bytes_down - unread_->bytes_down > kInFlight || Clock::now() - unread_->since > kInFlightTime)
    up_->close();
}

void SessionChannelPair::report_exit() {
  // Not down_->closed(): OpenSSH sends its CLOSE after both EOFs, and still accepts an exit status before ours.
  if (!up_->drained() || down_->close_sent()) return;
  if (const auto status = std::exchange(up_->exit_status, {})) down_->send_exit(*status);
  if (const auto signal = std::exchange(up_->exit_signal, {})) down_->send_exit(*signal);
}

}  // namespace pysshrp::relay
