#include "upstream/fetch.h"

namespace pysshrp::upstream {

using ssh::Progress;

Fetch::Fetch(ssh::Session& upstream, const std::string& path) : upstream_(upstream), path_(path), download_(path) {
  channel_.emplace(upstream, ssh::Channel::Stderr::drop);
}

Progress Fetch::advance() {
  while (step_ != Step::over) {
    const Progress progress = take_step();
    if (upstream_.dead())
      end(Step::over, upstream_.disconnect_reason());  // libssh may go on saying `again`
    else if (progress == Progress::failed)
      tell_refusal();
    else if (progress == Progress::again)
      return progress;
  }
  channel_.reset();
  return error_.empty() ? Progress::done : Progress::failed;
}

Progress Fetch::take_step() {
  switch (step_) {
    case Step::open:
      return open();
    case Step::start:
      return start();
    case Step::talk:
      return talk();
    case Step::close:
      return close();
    case Step::over:
      break;
  }
  return Progress::done;
}

Progress Fetch::open() {
  const Progress progress = channel_->open(ssh::OpenSession{});
  if (progress == Progress::done) step_ = Step::start;
  return progress;
}

Progress Fetch::start() {
  const Progress progress = channel_->request(ssh::Subsystem{"sftp"});
  if (progress == Progress::done) step_ = Step::talk;
  if (progress == Progress::again && channel_->closed()) return Progress::failed;
  return progress;
}

/// A channel that was never open is not to be closed.
void Fetch::tell_refusal() {
  if (step_ == Step::open)
    end(Step::over, upstream_.error());
  else
    end(Step::close, "the upstream does not serve SFTP");
}

Progress Fetch::talk() {
  for (bool moved = true; moved && !download_.over();) {
    moved = false;
    if (const auto unsent = download_.unsent(); !unsent.empty()) download_.sent(channel_->write(unsent, false));
    while (const auto piece = channel_->front()) {  // also what a write has let in
      download_.feed(piece->bytes);
      channel_->pop(piece->bytes.size());
      moved = true;
    }
  }
  if (download_.over()) return end(Step::close, download_.error());
  return channel_->eof() ? end(Step::close, "the upstream ended SFTP early") : Progress::again;
}

/// Waits for the upstream's CLOSE too: with that sshd has a session to spare again, which counts where MaxSessions is
/// small.
Progress Fetch::close() {
  channel_->discard();
  channel_->close();
  if (!channel_->close_sent() || !channel_->closed()) return Progress::again;
  step_ = Step::over;
  return Progress::done;
}

/// The first fault is the one to tell.
Progress Fetch::end(Step next, const std::string& why) {
  if (error_.empty() && !why.empty()) error_ = path_ + ": " + why;
  step_ = next;
  return Progress::done;
}

}  // namespace pysshrp::upstream
