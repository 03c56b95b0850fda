#include "relay/names.h"

#include <variant>

#include "base/result.h"

namespace pysshrp::relay {
namespace {

std::string text_of(const ssh::Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != endpoint.host.npos;
  return (is_ipv6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' + std::to_string(endpoint.port);
}

}  // namespace

std::string name_of(const ssh::Opening& opening) {
  using namespace std::string_literals;
  return std::visit(
      Cases{[](const ssh::OpenSession&) { return "session"s; },
            [](const ssh::OpenDirect& o) { return "direct-tcpip " + text_of(o.target); },
            [](const ssh::OpenForwarded& o) { return "forwarded-tcpip " + text_of(o.listener); },
            [](const ssh::OpenX11&) { return "x11"s; }, [](const ssh::OpenAgent&) { return "auth-agent@openssh.com"s; },
            [](const ssh::OpenOther&) { return "a channel of another kind"s; }},
      opening);
}

std::string name_of(const ssh::ChannelRequest& request) {
  using namespace std::string_literals;
  return std::visit(
      Cases{[](const ssh::Pty&) { return "pty"s; }, [](const ssh::WindowChange&) { return "window-change"s; },
            [](const ssh::Env&) { return "env"s; }, [](const ssh::Shell&) { return "shell"s; },
            [](const ssh::Exec&) { return "exec"s; },
            [](const ssh::Subsystem& subsystem) { return "subsystem " + subsystem.name; },
            [](const ssh::X11&) { return "x11-req"s; }, [](const ssh::UnknownRequest&) { return "unknown"s; }},
      request);
}

std::string name_of(const ssh::GlobalRequest& request) {
  return std::visit(Cases{[](const ssh::Listen& listen) { return "tcpip-forward " + text_of(listen.at); },
                          [](const ssh::StopListening& stop) { return "cancel-tcpip-forward " + text_of(stop.at); }},
                    request);
}

}  // namespace pysshrp::relay
