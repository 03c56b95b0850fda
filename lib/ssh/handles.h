#pragma once
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <memory>

#include "base/handle.h"

namespace pysshrp::ssh {

using SessionHandle = std::unique_ptr<ssh_session_struct, Releaser<ssh_free>>;
using EventHandle = std::unique_ptr<ssh_event_struct, Releaser<ssh_event_free>>;
using BindHandle = std::unique_ptr<ssh_bind_struct, Releaser<ssh_bind_free>>;
using MessageHandle = std::unique_ptr<ssh_message_struct, Releaser<ssh_message_free>>;
using KeyHandle = std::unique_ptr<ssh_key_struct, Releaser<ssh_key_free>>;
/// A channel and whoever still refers to it: libssh's own messages do, so each Message shares it.
using ChannelHandle = std::shared_ptr<ssh_channel_struct>;
using Text = std::unique_ptr<char, Releaser<ssh_string_free_char>>;

/// How far a call that may have to be repeated has come.
enum class Progress { again, done, failed };

inline Progress progress_of(int rc) noexcept {
  return rc == SSH_AGAIN ? Progress::again : rc == SSH_OK ? Progress::done : Progress::failed;
}

}  // namespace pysshrp::ssh
