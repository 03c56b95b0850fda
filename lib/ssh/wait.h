#pragma once
#include <cstddef>
#include <initializer_list>
#include <span>

#include "base/deadline.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// A session to serve. One that is held is not read this time: TCP pushes back at its peer.
struct Turn {
  Session* session;
  bool held = false;
};

/// Something else to sleep on. -1: nothing.
struct Other {
  int fd = -1;
  short events = 0;
};
inline constexpr std::size_t kMaxOthers = 8;

/// Sleeps until a session can be served, one of `others` or `stop_fd` is ready, or it is `until`; serves the sessions
/// that can, two at the most. True when `stop_fd` is readable: somebody wants us to end.
bool wait(std::initializer_list<Turn> turns, std::span<const Other> others, int stop_fd, TimePoint until) noexcept;

}  // namespace pysshrp::ssh
