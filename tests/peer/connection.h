#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "handler.h"
#include "messages.h"

namespace peer {

struct Attack;

/// Who speaks at random: a client before the key exchange, one before its login, one after it, or the upstream of a
/// polite client.
enum class Mode { cleartext, login, session, upstream };

struct Setting {
  std::string handler, config;
  Limits limits;
  unsigned worker = 1;  ///< Which user, and which address 127.0.0.N the upstream listens at.
};

struct Plan {
  Mode mode = Mode::session;
  std::uint64_t seed = 0;
  const Attack* attack = nullptr;  ///< Instead of random messages.
  /// The messages that are sent, all if there are none.
  std::set<std::uint64_t> only;
  /// Sees each message that is sent.
  std::function<void(std::uint64_t, const std::string&)> show;
};

struct Result {
  std::uint64_t messages = 0;
  pid_t pid = 0;
  std::string fault;  ///< What the handler did wrong.
  long peak = 0;      ///< KiB of its largest resident size.
};

/// A connection from its beginning to the handler's end. `listener` is the upstream's.
Result run(const Setting& setting, const Plan& plan, int listener);

/// The port that upstreams listen at.
constexpr std::uint16_t kUpstreamPort = 2022;
int listen_at(unsigned worker);

}  // namespace peer
