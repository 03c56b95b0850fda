#include "messages.h"

#include <array>
#include <iterator>

namespace peer {

namespace {

/// What a message is made of.
struct Maker {
  Random random;
  Peer& peer;

  std::uint32_t number() {
    if (random.percent(20)) return static_cast<std::uint32_t>(random.next());
    return random.pick(
        {0U, 1U, 2U, 9U, 10U, 11U, 1023U, 1024U, 32768U, 35000U, 1U << 21, 0x7fffffffU, 0x80000000U, 0xffffffffU});
  }
  std::uint32_t window() { return random.percent(70) ? 1U << 21 : number(); }
  std::uint32_t packet() { return random.percent(90) ? 32768 : number(); }
  std::string text() {
    static const std::string kNul("a\0b", 3), kControls("\x1b[2J\r\n%s%n\xff\xfe");
    switch (random.below(8)) {
      case 0:
        return "";
      case 1:
        return kNul;
      case 2:
        return kControls;
      case 3:
        return std::string(random.below(40000), 'x');
      default:
        return random.pick({"a", "demo", "LANG", "/etc/passwd", "127.0.0.1", "sftp"});
    }
  }
  /// The other side's number of a channel: one of the last that were opened, an old one, or one that never was.
  std::uint32_t channel() {
    const auto& channels = peer.channels();
    if (channels.empty() || random.percent(3)) return random.percent(80) ? random.below(60) : number();
    const auto size = static_cast<std::uint32_t>(channels.size());
    return channels[size - 1 - random.below(random.percent(85) ? std::min(size, 4U) : size)].theirs;
  }
};

Message disconnect(Maker& make) {
  return Message(kDisconnect).number(make.number()).text(make.text()).text("");
}
Message ignore(Maker& make) {
  return Message(kIgnore).text(make.text());
}
Message debug(Maker& make) {
  return Message(kDebug).flag(make.random.percent(50)).text(make.text()).text("en");
}
Message unimplemented(Maker& make) {
  return Message(kUnimplemented).number(make.number());
}
Message service(Maker& make) {
  return Message(make.random.pick({kServiceRequest, kServiceAccept}))
      .text(make.random.pick({"ssh-userauth", "ssh-connection", "x"}));
}
Message kex(Maker& make) {
  switch (make.random.below(4)) {
    case 0:
      return Message().raw(make.peer.transport().kex_init());
    case 1:
      return Message(kNewKeys);
    case 2:
      return Message(make.random.pick({kEcdhInit, kEcdhReply}))
          .text(std::string(make.random.pick({0U, 31U, 32U, 33U, 1000U}), '\1'));
    default:
      return Message(static_cast<std::uint8_t>(20 + make.random.below(30))).text(make.text());
  }
}
Message userauth_request(Maker& make) {
  Message message(kUserauthRequest);
  message.text(make.random.percent(60) ? "peer1" : make.text())
      .text(make.random.percent(90) ? "ssh-connection" : make.text());
  switch (make.random.below(6)) {
    case 0:
      return message.text("none");
    case 1:
      return message.text("password").flag(make.random.percent(10)).text(make.text()).text(make.text());
    case 2:
      return message.text("keyboard-interactive").text("").text(make.text());
    case 3: {
      const std::string blob =
          make.random.percent(50) ? Message().text("ssh-ed25519").text(std::string(32, 'k')).bytes : make.text();
      message.text("publickey")
          .flag(make.random.percent(50))
          .text(make.random.pick({"ssh-ed25519", "rsa-sha2-512", "ssh-rsa", "x"}));
      return message.text(blob).text(Message().text("ssh-ed25519").text(std::string(64, 's')).bytes);
    }
    case 4:
      return message.text("hostbased").text("ssh-rsa").text(make.text()).text("host").text("user").text(make.text());
    default:
      return message.text(make.text()).raw(make.text());
  }
}
Message userauth_answer(Maker& make) {
  switch (make.random.below(6)) {
    case 0:
      return Message(kUserauthFailure)
          .text(make.random.pick({"password", "publickey,keyboard-interactive", "", ",,"}))
          .flag(make.random.percent(30));
    case 1:
      return Message(kUserauthSuccess);
    case 2:
      return Message(kUserauthBanner).text(make.text()).text("");
    case 3:
      return Message(kUserauthInfoRequest)
          .text(make.text())
          .text(make.text())
          .text("")
          .number(make.random.percent(80) ? 1 : make.number())
          .text(make.text())
          .flag(true);
    default:
      return Message(static_cast<std::uint8_t>(51 + make.random.below(29))).text(make.text()).number(make.number());
  }
}
Message info_response(Maker& make) {
  return Message(kUserauthInfoResponse).number(make.random.percent(70) ? 1 : make.number()).text(make.text());
}
Message global_request(Maker& make) {
  static const auto kNames = {"tcpip-forward",
                              "cancel-tcpip-forward",
                              "keepalive@openssh.com",
                              "no-more-sessions@openssh.com",
                              "hostkeys-00@openssh.com",
                              "hostkeys-prove-00@openssh.com",
                              "x"};
  Message message(kGlobalRequest);
  message.text(make.random.percent(95) ? make.random.pick(kNames) : make.text()).flag(make.random.percent(50));
  return message.text(make.random.pick({"", "127.0.0.1", "localhost"}))
      .number(make.random.percent(80) ? 0 : make.number());
}
Message global_answer(Maker& make) {
  Message message(make.random.pick({kRequestSuccess, kRequestFailure}));
  return make.random.percent(50) ? message.number(make.number()) : message;
}
Message open(Maker& make) {
  static const auto kTypes = {"session",
                              "session",
                              "session",
                              "direct-tcpip",
                              "forwarded-tcpip",
                              "x11",
                              "auth-agent@openssh.com",
                              "direct-streamlocal@openssh.com",
                              "tun@openssh.com",
                              ""};
  Channel channel;
  auto& channels = make.peer.channels();
  channel.ours = make.random.percent(95) ? static_cast<std::uint32_t>(1000 + channels.size()) : make.number();
  channel.window = 1U << 21;
  channels.push_back(channel);
  if (channels.size() > 2000) channels.erase(channels.begin());
  Message message(kChannelOpen);
  message.text(make.random.pick(kTypes)).number(channel.ours).number(make.window()).number(make.packet());
  return message.text("127.0.0.1")
      .number(make.random.pick({1U, 22U, 0U, 65536U}))
      .text("127.0.0.1")
      .number(make.number());
}
Message confirmation(Maker& make) {
  return Message(kOpenConfirmation)
      .number(make.channel())
      .number(make.channel())
      .number(make.window())
      .number(make.packet());
}
Message open_failure(Maker& make) {
  return Message(kOpenFailure).number(make.channel()).number(make.number()).text(make.text()).text("");
}
Message adjust(Maker& make) {
  return Message(kWindowAdjust).number(make.channel()).number(make.number());
}
Message sftp_packet(Maker& make) {
  Message packet(make.random.percent(80) ? static_cast<std::uint8_t>(1 + make.random.below(20))
                                         : static_cast<std::uint8_t>(100 + make.random.below(6)));
  packet.number(make.number()).text(make.text()).number(make.number()).number(make.number()).text(make.text());
  return Message()
      .number(make.random.percent(90) ? static_cast<std::uint32_t>(packet.bytes.size()) : make.number())
      .raw(packet.bytes);
}
Message data(Maker& make) {
  const std::string bytes = make.random.percent(30) ? sftp_packet(make).bytes : make.text();
  if (make.random.percent(80)) return Message(kData).number(make.channel()).text(bytes);
  return Message(kExtendedData).number(make.channel()).number(make.random.percent(80) ? 1 : make.number()).text(bytes);
}
Message eof(Maker& make) {
  return Message(kEof).number(make.channel());
}
Message close(Maker& make) {
  return Message(kClose).number(make.channel());
}
Message request(Maker& make) {
  static const auto kNames = {"pty-req",
                              "x11-req",
                              "env",
                              "env",
                              "shell",
                              "exec",
                              "exec",
                              "subsystem",
                              "subsystem",
                              "window-change",
                              "xon-xoff",
                              "signal",
                              "exit-status",
                              "exit-signal",
                              "auth-agent-req@openssh.com",
                              "keepalive@openssh.com",
                              "eow@openssh.com",
                              "break",
                              "x"};
  const std::string_view name = make.random.pick(kNames);
  Message message(kChannelRequest);
  message.number(make.channel()).text(name).flag(make.random.percent(50));
  if (name == "pty-req")
    return message.text("xterm").number(make.number()).number(24).number(0).number(0).text(make.text());
  if (name == "x11-req")
    return message.flag(false).text("MIT-MAGIC-COOKIE-1").text("00112233445566778899aabbccddeeff").number(0);
  if (name == "window-change") return message.number(make.number()).number(make.number()).number(0).number(0);
  if (name == "exit-status" || name == "break") return message.number(make.number());
  if (name == "subsystem") return message.text(make.random.percent(80) ? "sftp" : make.text());
  return message.text(make.text()).text(make.text());
}
Message request_answer(Maker& make) {
  return Message(make.random.pick({kChannelSuccess, kChannelFailure})).number(make.channel());
}
Message of_any_type(Maker& make) {
  return Message(static_cast<std::uint8_t>(make.random.next())).number(make.channel()).text(make.text());
}

enum Phases : unsigned { kClear = 1, kLogin = 2, kSession = 4, kAll = 7 };
struct Kind {
  Message (*make)(Maker&);
  unsigned phases;
  std::uint32_t weight;
  std::uint32_t connections;  ///< The share of the connections that use it, in percent.
};
constexpr Kind kKinds[] = {
    {ignore, kAll, 2, 50},
    {debug, kAll, 2, 30},
    {unimplemented, kAll, 2, 30},
    {disconnect, kAll, 1, 3},
    {service, kAll, 2, 5},
    {kex, kAll, 1, 5},
    {kex, kClear, 40, 90},
    {of_any_type, kAll, 2, 10},
    {userauth_request, kLogin, 30, 90},
    {userauth_request, kSession, 1, 5},
    {userauth_answer, kLogin, 20, 50},
    {userauth_answer, kSession, 1, 5},
    {info_response, kLogin | kSession, 2, 5},
    {global_request, kLogin, 2, 30},
    {global_request, kSession, 10, 60},
    {global_answer, kSession, 5, 30},
    {open, kLogin, 2, 30},
    {open, kSession, 25, 100},
    {confirmation, kSession, 5, 20},
    {open_failure, kSession, 5, 20},
    {adjust, kSession, 10, 60},
    {data, kLogin, 2, 30},
    {data, kSession, 20, 80},
    {eof, kSession, 10, 70},
    {close, kSession, 12, 80},
    {request, kLogin, 2, 30},
    {request, kSession, 40, 95},
    {request_answer, kSession, 10, 30},
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
