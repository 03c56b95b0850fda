#pragma once
#include <string>

#include "ssh/message.h"

namespace pysshrp::relay {

// How a record names a request: the protocol's name, then the target if there is one.
std::string name_of(const ssh::Opening& opening);         ///< `direct-tcpip db.lan:5432`
std::string name_of(const ssh::ChannelRequest& request);  ///< `shell`, `subsystem sftp`
std::string name_of(const ssh::GlobalRequest& request);   ///< `tcpip-forward localhost:8080`

}  // namespace pysshrp::relay
