#include "relay/listeners.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "relay/names.h"

namespace pysshrp::relay {
namespace {

constexpr int kMaxDraws = 4;
constexpr std::chrono::seconds kPatience{10};

/// Of those that are nobody's (RFC 6335, section 6).
int draw_port() {
  std::random_device random;
  return std::uniform_int_distribution<int>{49152, 65535}(random);
}

}  // namespace

void Listeners::take(ssh::Message message, ssh::GlobalRequest request) {
  waiting_.push_back({std::move(message), std::move(request)});
}

bool Listeners::has(int port) const noexcept {
  return std::any_of(listening_.begin(), listening_.end(), [&](const ssh::HostAndPort& at) { return at.port == port; });
}

TimePoint Listeners::client_waits_until() const noexcept {
  return in_flight_ ? asked_ + kPatience : TimePoint{};
}

bool Listeners::advance() {
  if (waiting_.empty()) return false;
  Waiting& first = waiting_.front();
  if (!in_flight_ && !permits(terms_.rights, Kind::tcpip_forward)) {
    account_.denied(name_of(first.request));
    first.message.refuse();
  } else {
    const ssh::Progress now = std::visit([this](const auto& request) { return forward(request); }, first.request);
    const bool goes_on = now == ssh::Progress::again;
    if (goes_on && !std::exchange(in_flight_, true)) asked_ = Clock::now();
    if (goes_on) return false;
    in_flight_ = false;
    settle(first, now == ssh::Progress::done);
  }
  waiting_.pop_front();
  return true;
}

/// A port that the upstream chooses cannot be learned: libssh reads it from whatever packet came in last. So it is
/// drawn here, until one is free there.
ssh::Progress Listeners::forward(const ssh::Listen& listen) {
  if (listen.at.port != 0) return upstream_.listen(listen.at);
  if (draws_ == 0) {
    drawn_port_ = draw_port();
    draws_ = 1;
  }
  for (;;) {
    const ssh::Progress now = upstream_.listen({listen.at.host, drawn_port_});
    if (now != ssh::Progress::failed || draws_ == kMaxDraws) return now;
    drawn_port_ = draw_port();
    ++draws_;
  }
}

ssh::Progress Listeners::forward(const ssh::StopListening& stop) {
  const bool is_known = std::find(listening_.begin(), listening_.end(), stop.at) != listening_.end();
  return is_known ? upstream_.stop_listening(stop.at) : ssh::Progress::failed;
}

void Listeners::settle(Waiting& waiting, bool done) {
  const int drawn = draws_ == 0 ? 0 : drawn_port_;
  draws_ = 0;
  if (!done) {
    account_.unopened(name_of(waiting.request), "the upstream refuses");
    waiting.message.refuse();
  } else if (const auto* listen = std::get_if<ssh::Listen>(&waiting.request)) {
    listening_.push_back({listen->at.host, drawn != 0 ? drawn : listen->at.port});
    waiting.message.accept_at(static_cast<std::uint16_t>(drawn));
  } else if (const auto* stop = std::get_if<ssh::StopListening>(&waiting.request)) {
    std::erase(listening_, stop->at);
    waiting.message.accept();
  }
}

}  // namespace pysshrp::relay
