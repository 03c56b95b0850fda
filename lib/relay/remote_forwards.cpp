#include "relay/remote_forwards.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "base/result.h"
#include "relay/names.h"

namespace pysshrp::relay {
namespace {

constexpr int kMaxDraws = 4;
constexpr std::chrono::seconds kAnswerTimeout{10};

/// A dynamic port (RFC 6335, section 6).
std::uint16_t draw_port() {
  std::random_device random;
  return std::uniform_int_distribution<std::uint16_t>{49152, 65535}(random);
}

}  // namespace

bool RemoteForwards::has(int port) const noexcept {
  return std::any_of(listening_.begin(), listening_.end(), [&](const ssh::HostAndPort& at) { return at.port == port; });
}

ssh::GlobalAnswer RemoteForwards::answer(const ssh::GlobalRequest& request) {
  if (permits(options_.rights, Kind::tcpip_forward))
    return std::visit(Cases{[this](const ssh::Listen& one) { return listen(one); },
                            [this](const ssh::StopListening& one) { return stop_listening(one); }},
                      request);
  observer_.denied(name_of(request));
  return {};
}

/// Port 0 lets the upstream choose, but libssh may read the port from a wrong packet. So a random port is tried here,
/// up to kMaxDraws times, until one is free at the upstream.
ssh::GlobalAnswer RemoteForwards::listen(const ssh::Listen& listen) {
  const bool draws = listen.at.port == 0;
  Answer answer = Answer::no;
  for (int i = 0; i < (draws ? kMaxDraws : 1) && answer == Answer::no; ++i) {
    const std::uint16_t drawn = draws ? draw_port() : std::uint16_t{0};
    const ssh::HostAndPort at{listen.at.host, draws ? drawn : listen.at.port};
    answer = ask([&] { return upstream_.listen(at); });
    if (answer != Answer::yes) continue;
    listening_.push_back(at);
    return {true, drawn};
  }
  not_done(listen, answer);
  return {};
}

ssh::GlobalAnswer RemoteForwards::stop_listening(const ssh::StopListening& stop) {
  const bool is_known = std::find(listening_.begin(), listening_.end(), stop.at) != listening_.end();
  const Answer answer = is_known ? ask([&] { return upstream_.stop_listening(stop.at); }) : Answer::no;
  if (answer == Answer::yes)
    std::erase(listening_, stop.at);
  else
    not_done(stop, answer);
  return {answer == Answer::yes, 0};
}

RemoteForwards::Answer RemoteForwards::ask(const std::function<ssh::Progress()>& attempt) {
  for (const TimePoint until = Clock::now() + kAnswerTimeout; !is_silent_;) {
    const ssh::Progress now = attempt();
    if (now != ssh::Progress::again) return now == ssh::Progress::done ? Answer::yes : Answer::no;
    is_silent_ = !wait_(until) || Clock::now() >= until;
  }
  return Answer::none;
}

void RemoteForwards::not_done(const ssh::GlobalRequest& request, Answer answer) const {
  observer_.unopened(name_of(request), answer == Answer::no ? "the upstream refuses" : "the upstream does not answer");
}

}  // namespace pysshrp::relay
