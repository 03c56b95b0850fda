#include "peer.h"

#include <algorithm>

namespace peer {

namespace {
constexpr std::uint32_t kWindow = 1 << 21, kMaximumPacket = 32768, kFreed = 0x5a5a5a5a;
}

void Peer::answer(const Message& message) {
  const std::uint32_t whim = wild_ ? random_.below(100) : 0;
  if (whim > 90) return;
  transport_.send(message.bytes);
  if (whim > 80) transport_.send(message.bytes);
}

void Peer::hear(std::string_view payload) {
  Reader message(payload);
  const std::uint8_t type = message.byte();
  if (type > kChannelOpen && Reader(payload.substr(1)).number() == kFreed) heard_freed_memory_ = true;
  switch (type) {
    case kServiceRequest:
      return answer(Message(kServiceAccept).text(message.text()));
    case kServiceAccept:
      return answer(
          Message(kUserauthRequest).text(user_).text("ssh-connection").text("password").flag(false).text("x"));
    case kUserauthRequest:
      return on_userauth_request();
    case kUserauthSuccess:
      authenticated_ = true;
      return;
    case kUserauthInfoRequest:
      return answer(Message(kUserauthInfoResponse).number(1).text("x"));
    case kGlobalRequest:
      message.text();
      if (message.flag()) answer(Message(kRequestSuccess));
      return;
    case kChannelOpen:
      return on_open(message);
    case kChannelRequest:
      return on_request(message);
    default:
      if (type > kChannelOpen && type < kChannelRequest) on_channel(type, message);
  }
}

void Peer::on_userauth_request() {
  if (!wild_ || random_.percent(50)) {
    authenticated_ = true;
    return answer(Message(kUserauthSuccess));
  }
  switch (random_.below(5)) {
    case 0:
      return answer(
          Message(kUserauthFailure).text("password,keyboard-interactive,publickey").flag(random_.percent(30)));
    case 1:
      return answer(
          Message(kUserauthInfoRequest).text("a").text("b").text("").number(1).text("Password: ").flag(false));
    case 2:
      return answer(Message(60).text("Expired").text("en"));  // SSH_MSG_USERAUTH_PASSWD_CHANGEREQ
    case 3:
      return answer(Message(60).text("ssh-ed25519").text("x"));
    default:
      for (int i = 0; i < 200; ++i) transport_.send(Message(kUserauthBanner).text("banner\r\n").text("").bytes);
  }
}

Channel* Peer::find(std::uint32_t ours) {
  const auto found =
      std::find_if(channels_.rbegin(), channels_.rend(), [&](const Channel& c) { return c.ours == ours; });
  return found == channels_.rend() ? nullptr : &*found;
}

void Peer::on_open(Reader message) {
  message.text();
  Channel channel;
  channel.theirs = message.number();
  channel.window = message.number();
  channel.ours = static_cast<std::uint32_t>(1000 + channels_.size());
  channel.confirmed = true;
  const bool refused = wild_ && random_.percent(10);
  channel.closed = refused;
  channels_.push_back(channel);
  if (refused) return answer(Message(kOpenFailure).number(channel.theirs).number(1).text("no").text(""));
  const std::uint32_t window = wild_ ? random_.pick({0U, 1U, kWindow, 0xffffffffU}) : kWindow;
  const std::uint32_t packet = wild_ && random_.percent(5) ? random_.pick({0U, 9U, 10U, 11U, 1023U}) : kMaximumPacket;
  answer(Message(kOpenConfirmation).number(channel.theirs).number(channel.ours).number(window).number(packet));
}

void Peer::on_channel(std::uint8_t type, Reader message) {
  const std::uint32_t ours = message.number();
  Channel* channel = find(ours);
  if (channel == nullptr) return;
  switch (type) {
    case kOpenConfirmation:
      channel->theirs = message.number();
      channel->window = message.number();
      channel->confirmed = true;
      return;
    case kOpenFailure:
      channel->closed = true;
      return;
    case kWindowAdjust:
      channel->window += message.number();
      return;
    case kData:
      return on_data(ours, message.text());
    case kExtendedData:
      message.number();
      return on_data(ours, message.text());
    case kEof:
      if (side_ == Transport::Side::server) end(*channel);
      return;
    case kClose:
      end(*channel);
      channel->closed = true;
      return;
    default:
      return;
  }
}

void Peer::on_data(std::uint32_t ours, std::string_view bytes) {
  Channel& channel = *find(ours);
  answer(Message(kWindowAdjust).number(channel.theirs).number(static_cast<std::uint32_t>(bytes.size())));
  if (side_ == Transport::Side::server) write(channel, bytes);
}

void Peer::on_request(Reader message) {
  Channel* channel = find(message.number());
  if (channel == nullptr) return;
  const std::string_view what = message.text();
  if (message.flag())
    answer(Message(wild_ && random_.percent(20) ? kChannelFailure : kChannelSuccess).number(channel->theirs));
  if (side_ == Transport::Side::server) run(*channel, what);
}

void Peer::run(Channel& channel, std::string_view what) {
  if (what == "auth-agent-req@openssh.com") {
    Channel agent;
    agent.ours = static_cast<std::uint32_t>(1000 + channels_.size());
    answer(
        Message(kChannelOpen).text("auth-agent@openssh.com").number(agent.ours).number(kWindow).number(kMaximumPacket));
    channels_.push_back(agent);
  } else if (what == "exec") {
    write(channel, "output\n");
    answer(Message(kChannelRequest).number(channel.theirs).text("exit-status").flag(false).number(0));
    end(channel);
  }
}

void Peer::write(Channel& channel, std::string_view bytes) {
  if (!channel.usable() || channel.eof_sent || bytes.size() > channel.window || transport_.unsent() > (1U << 20))
    return;
  channel.window -= static_cast<std::uint32_t>(bytes.size());
  answer(Message(kData).number(channel.theirs).text(bytes));
}

void Peer::end(Channel& channel) {
  if (!channel.usable()) return;
  if (!channel.eof_sent) answer(Message(kEof).number(channel.theirs));
  answer(Message(kClose).number(channel.theirs));
  channel.eof_sent = channel.close_sent = true;
}

}  // namespace peer
