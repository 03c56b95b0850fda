#include "maker.h"

namespace peer {

std::string Maker::text() {
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

namespace make {

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

}  // namespace make

}  // namespace peer
