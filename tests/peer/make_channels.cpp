#include "maker.h"

namespace peer::make {

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
static Message sftp_packet(Maker& make) {
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

}  // namespace peer::make
