#include "relay/remote_forwards.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "relay/names.h"

namespace pysshrp::relay {
namespace {

constexpr int kMaxDraws = 4;
constexpr std::chrono::seconds kAnswerTimeout{10};

/// A dynamic port (RFC 6335, section 6).
int draw_port() {
  std::random_device random;
  return std::uniform_int_distribution<int>{49152, 65535}(random);
}

}  // namespace

void RemoteForwards::on_request(ssh::Message message, ssh::GlobalRequest request) {
  waiting_.push_back({std::move(message), std::move(request)});
}

bool RemoteForwards::has(int port) const noexcept {
  return std::any_of(listening_.begin(), listening_.end(), [&](const ssh::HostAndPort& at) { return at.port == port; });
}

TimePoint RemoteForwards::client_waits_until() const noexcept {
  return in_flight_ ? asked_ + kAnswerTimeout : TimePoint{};
}

bool RemoteForwards::advance() {
  if (waiting_.empty()) return false;
  PendingForward& first = waiting_.front();
  if (!in_flight_ && !permits(options_.rights, Kind::tcpip_forward)) {
    observer_.denied(name_of(first.request));
    first.message.refuse();
  } else {
    const ssh::Progress now = std::visit([this](const auto& request) { return forward(request); }, first.request);
    const bool goes_on = now == ssh::Progress::again;
    if (goes_on && !std::exchange(in_flight_, true)) asked_ = Clock::now();
    if (goes_on) return false;
    in_flight_ = false;
    complete(first, now == ssh::Progress::done);
  }
  waiting_.pop_front();
  return true;
}

/// Port 0 lets the upstream choose, but libssh may read the port from a wrong packet. So a random port is tried here,
/// up to kMaxDraws times, until one is free at the upstream.
ssh::Progress RemoteForwards::forward(const ssh::Listen& listen) {
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

ssh::Progress RemoteForwards::forward(const ssh::StopListening& stop) {
  const bool is_known = std::find(listening_.begin(), listening_.end(), stop.at) != listening_.end();
  return is_known ? upstream_.stop_listening(stop.at) : ssh::Progress::failed;
}

void RemoteForwards::complete(PendingForward& pending, bool done) {
  const int drawn = draws_ == 0 ? 0 : drawn_port_;
  draws_ = 0;
  if (!done) {
    observer_.unopened(name_of(pending.request), "the upstream refuses");
    pending.message.refuse();
  } else if (const auto* listen = std::get_if<ssh::Listen>(&pending.request)) {
    listening_.push_back({listen->at.host, drawn != 0 ? drawn : listen->at.port});
    pending.message.accept_at(static_cast<std::uint16_t>(drawn));
  } else if (const auto* stop = std::get_if<ssh::StopListening>(&pending.request)) {
    std::erase(listening_, stop->at);
    pending.message.accept();
  }
}

}  // namespace pysshrp::relay
