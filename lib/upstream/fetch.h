#pragma once
#include <optional>
#include <string>

#include "sftp/download.h"
#include "ssh/channel.h"

namespace pysshrp::upstream {

/// Reads a small file of the upstream's over SFTP (draft-ietf-secsh-filexfer-02), on a channel of its own, which is
/// closed by both sides when advance() stops saying `again`. Dropped before that, it leaves the channel to the
/// upstream.
class Fetch {
 public:
  /// A relative `path` is one below the login directory. The session is logged in, and outlives it.
  Fetch(ssh::Session& upstream, const std::string& path);

  /// To be repeated while it says `again`, whenever the session has been served; how long is the caller's decision.
  /// After `failed`, error() tells the operator why.
  ssh::Progress advance();
  /// The file; empty when the upstream has no such file. Only when done.
  const std::string& text() const noexcept { return download_.text(); }
  const std::string& error() const noexcept { return error_; }

 private:
  enum class Step { open, start, talk, close, over };
  ssh::Progress take_step();
  ssh::Progress open();
  ssh::Progress start();
  ssh::Progress talk();
  ssh::Progress close();
  void tell_refusal();
  ssh::Progress end(Step next, const std::string& why);

  ssh::Session& upstream_;
  const std::string path_;
  std::optional<ssh::Channel> channel_;
  sftp::Download download_;
  Step step_ = Step::open;
  std::string error_;
};

}  // namespace pysshrp::upstream
