#include "relay/rights.h"

namespace pysshrp::relay {

Kind kind_of(const ssh::Opening& opening) {
  return std::visit(Cases{[](const ssh::OpenSession&) { return Kind::session; },
                          [](const ssh::OpenDirect&) { return Kind::direct_tcpip; },
                          [](const ssh::OpenForwarded&) { return Kind::other_channel; },
                          [](const ssh::OpenX11&) { return Kind::other_channel; },
                          [](const ssh::OpenAgent&) { return Kind::other_channel; },
                          [](const ssh::OpenOther&) { return Kind::other_channel; }},
                    opening);
}

Kind kind_of(const ssh::ChannelRequest& request) {
  return std::visit(
      Cases{[](const ssh::Pty&) { return Kind::pty; }, [](const ssh::WindowChange&) { return Kind::window_change; },
            [](const ssh::Env&) { return Kind::env; }, [](const ssh::Shell&) { return Kind::shell; },
            [](const ssh::Exec&) { return Kind::exec; },
            [](const ssh::Subsystem& s) { return s.name == "sftp" ? Kind::sftp : Kind::other_subsystem; },
            [](const ssh::X11&) { return Kind::x11; }, [](const ssh::UnknownRequest&) { return Kind::unknown; }},
      request);
}

}  // namespace pysshrp::relay
