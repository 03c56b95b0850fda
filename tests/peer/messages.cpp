#include "messages.h"

#include <iterator>

#include "maker.h"

namespace peer {

namespace {

enum Phases : unsigned { kClear = 1, kLogin = 2, kSession = 4, kAll = 7 };
struct Kind {
  Message (*make)(Maker&);
  unsigned phases;
  std::uint32_t weight;
  std::uint32_t connections;  ///< The share of the connections that use it, in percent.
};
constexpr Kind kKinds[] = {
    {make::ignore, kAll, 2, 50},
    {make::debug, kAll, 2, 30},
    {make::unimplemented, kAll, 2, 30},
    {make::disconnect, kAll, 1, 3},
    {make::service, kAll, 2, 5},
    {make::kex, kAll, 1, 5},
    {make::kex, kClear, 40, 90},
    {make::of_any_type, kAll, 2, 10},
    {make::userauth_request, kLogin, 30, 90},
    {make::userauth_request, kSession, 1, 5},
    {make::userauth_answer, kLogin, 20, 50},
    {make::userauth_answer, kSession, 1, 5},
    {make::info_response, kLogin | kSession, 2, 5},
    {make::global_request, kLogin, 2, 30},
    {make::global_request, kSession, 10, 60},
    {make::global_answer, kSession, 5, 30},
    {make::open, kLogin, 2, 30},
    {make::open, kSession, 25, 100},
    {make::confirmation, kSession, 5, 20},
    {make::open_failure, kSession, 5, 20},
    {make::adjust, kSession, 10, 60},
    {make::data, kLogin, 2, 30},
    {make::data, kSession, 20, 80},
    {make::eof, kSession, 10, 70},
    {make::close, kSession, 12, 80},
    {make::request, kLogin, 2, 30},
    {make::request, kSession, 40, 95},
    {make::request_answer, kSession, 10, 30},
};

/// Seldom something happens to the bytes: cut off, too long, one of them another, a number in the middle another.
void mutate(std::string& bytes, Maker& make) {
  if (bytes.empty() || !make.random.percent(8)) return;
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t at = make.random.below(std::min(size, 100U));
  switch (make.random.below(4)) {
    case 0:
      bytes.resize(at);
      break;
    case 1:
      bytes += make.text();
      break;
    case 2:
      bytes[at] = static_cast<char>(make.random.next());
      break;
    default:
      bytes.replace(at, 4, Message().number(make.number()).bytes);
  }
}

}  // namespace

RandomMessages::RandomMessages(std::uint64_t seed) : seed_(seed) {
  Random random(seed);
  for (const Kind& kind : kKinds) used_.push_back(random.percent(kind.connections));
}

std::optional<std::string> RandomMessages::make(std::uint64_t index, Phase phase, Peer& peer) {
  Maker maker{Random(seed_, index), peer};
  if (phase == Phase::session && maker.random.below(500) == 0) return std::nullopt;
  const auto weight = [&](std::size_t i) {
    return used_[i] && (kKinds[i].phases & 1U << static_cast<unsigned>(phase)) != 0 ? kKinds[i].weight : 0;
  };
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < std::size(kKinds); ++i) sum += weight(i);
  if (sum == 0) return Message(kIgnore).text("").bytes;
  std::uint32_t chosen = maker.random.below(sum);
  std::size_t kind = 0;
  for (; chosen >= weight(kind); ++kind) chosen -= weight(kind);
  std::string bytes = kKinds[kind].make(maker).bytes;
  mutate(bytes, maker);
  return bytes;
}

std::string polite_message(Random& random, Peer& peer) {
  std::vector<Channel*> open;
  for (Channel& channel : peer.channels())
    if (channel.usable()) open.push_back(&channel);
  if (open.size() < 2 || (open.size() < 8 && random.percent(10))) {
    Channel channel;
    channel.ours = static_cast<std::uint32_t>(1000 + peer.channels().size());
    peer.channels().push_back(channel);
    return Message(kChannelOpen).text("session").number(channel.ours).number(1U << 21).number(32768).bytes;
  }
  Channel& channel = *open[random.below(static_cast<std::uint32_t>(open.size()))];
  switch (random.below(8)) {
    case 0:
      channel.eof_sent = channel.close_sent = true;
      return Message(kClose).number(channel.theirs).bytes;
    case 1:
      if (channel.window > 30000 && !channel.eof_sent) {
        channel.window -= 30000;
        return Message(kData).number(channel.theirs).text(std::string(30000, 'd')).bytes;
      }
      [[fallthrough]];
    case 2:
      return Message(kWindowAdjust).number(channel.theirs).number(1000).bytes;
    case 3:
      return Message(kGlobalRequest).text("keepalive@openssh.com").flag(true).bytes;
    case 4:
      return Message(kChannelRequest).number(channel.theirs).text("env").flag(true).text("LANG").text("C").bytes;
    default: {
      const std::string_view what = random.pick({"shell", "exec", "subsystem", "auth-agent-req@openssh.com"});
      Message message(kChannelRequest);
      message.number(channel.theirs).text(what).flag(true);
      if (what == "exec") message.text("true");
      if (what == "subsystem") message.text("sftp");
      return message.bytes;
    }
  }
}

}  // namespace peer
