#include "attacks.h"

namespace peer {

namespace {

constexpr std::uint32_t kWindow = 1U << 21, kLargest = 0xffffffffU;

std::uint32_t last(const Peer& peer) {
  return peer.channels().empty() ? 43 : peer.channels().back().theirs;
}
std::uint32_t first(const Peer& peer) {
  return peer.channels().empty() ? 43 : peer.channels().front().theirs;
}

std::string open(Peer& peer, std::uint32_t maximum_packet = 32768) {
  Channel channel;
  channel.ours = static_cast<std::uint32_t>(1000 + peer.channels().size());
  peer.channels().push_back(channel);
  return Message(kChannelOpen).text("session").number(channel.ours).number(kWindow).number(maximum_packet).bytes;
}

std::string request(std::uint32_t channel, std::string_view what) {
  return Message(kChannelRequest).number(channel).text(what).flag(true).text("x").text("y").bytes;
}

std::string requests_outlive_their_channel(std::uint64_t index, Peer& peer) {
  if (index < 2) return open(peer);
  if (index == 2) return request(first(peer), "exec");
  if (index < 80) return request(last(peer), "env");
  return index == 80 ? request(first(peer), "env") : Message(kClose).number(first(peer)).bytes;
}

std::string requests_of_the_upstream_outlive_their_channel(std::uint64_t index, Peer& peer) {
  return index < 80 ? request(last(peer), "env") : Message(kClose).number(last(peer)).bytes;
}

template <std::uint32_t maximum_packet>
std::string tiny_packets(std::uint64_t index, Peer& peer) {
  return index == 0 ? open(peer, maximum_packet) : request(last(peer), index == 1 ? "exec" : "x");
}

template <std::uint32_t maximum_packet>
std::string tiny_packets_by_a_second_confirmation(std::uint64_t index, Peer& peer) {
  const Channel& channel = peer.channels()[index % peer.channels().size()];
  return Message(kOpenConfirmation)
      .number(channel.theirs)
      .number(channel.ours)
      .number(kWindow)
      .number(maximum_packet)
      .bytes;
}

std::string data_beyond_the_window(std::uint64_t index, Peer& peer) {
  if (index == 0) return open(peer);
  if (index == 1) return request(last(peer), "shell");
  return Message(kData).number(last(peer)).text(std::string(32000, 'x')).bytes;
}

std::string data_of_the_upstream_beyond_the_window(std::uint64_t, Peer& peer) {
  return Message(kData).number(last(peer)).text(std::string(32000, 'x')).bytes;
}

std::string unknown_messages(std::uint64_t, Peer&) {
  return Message(200).raw("0123456789").bytes;
}
std::string global_requests(std::uint64_t, Peer&) {
  return Message(kGlobalRequest).text("keepalive@x").flag(true).bytes;
}
std::string opens(std::uint64_t, Peer& peer) {
  return open(peer);
}
std::string unanswered_requests(std::uint64_t index, Peer& peer) {
  return index == 0 ? open(peer) : request(last(peer), "x");
}

std::string windows_overflow(std::uint64_t index, Peer& peer) {
  if (index == 0) return open(peer);
  if (index == 1) return request(last(peer), "shell");
  return Message(kWindowAdjust).number(last(peer)).number(kLargest).bytes;
}

std::string ends_come_twice(std::uint64_t index, Peer& peer) {
  if (index < 2) return open(peer);
  return Message(index % 3 == 0 ? kEof : kClose).number(index % 2 == 0 ? first(peer) : last(peer)).bytes;
}

}  // namespace

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> kAttacks = {
      {"requests outlive their channel", Mode::session, 3, 82, false, requests_outlive_their_channel},
      {"requests of the upstream outlive their channel", Mode::upstream, 0, 81, false,
       requests_of_the_upstream_outlive_their_channel},
      {"maximum packet 0", Mode::session, 2, 10, false, tiny_packets<0>},
      {"maximum packet 10", Mode::session, 2, 10, false, tiny_packets<10>},
      {"maximum packet 11", Mode::session, 2, 10, false, tiny_packets<11>},
      {"maximum packet 10 by a second confirmation", Mode::upstream, 0, 20, false,
       tiny_packets_by_a_second_confirmation<10>},
      {"data beyond the window", Mode::session, 2, 5000, true, data_beyond_the_window},
      {"data of the upstream beyond the window", Mode::upstream, 0, 5000, true, data_of_the_upstream_beyond_the_window},
      {"unknown messages before the key exchange", Mode::cleartext, 0, 300000, true, unknown_messages},
      {"unknown messages before the login", Mode::login, 0, 300000, true, unknown_messages},
      {"global requests before the login", Mode::login, 0, 300000, true, global_requests},
      {"unknown messages", Mode::session, 0, 300000, true, unknown_messages},
      {"global requests", Mode::session, 0, 300000, true, global_requests},
      {"global requests of the upstream", Mode::upstream, 0, 300000, true, global_requests},
      {"opened channels", Mode::session, 0, 20000, true, opens},
      {"opened channels of the upstream", Mode::upstream, 0, 20000, true, opens},
      {"requests", Mode::session, 1, 200000, true, unanswered_requests},
      {"windows overflow", Mode::session, 2, 10, false, windows_overflow},
      {"ends come twice", Mode::session, 2, 30, false, ends_come_twice},
  };
  return kAttacks;
}

}  // namespace peer
