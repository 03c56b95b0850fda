#pragma once
#include <string>

#include "ssh/message.h"

namespace pysshrp::relay {

// What a record calls what was asked for: the protocol's name, and what it is about.
std::string name_of(const ssh::Opening& opening);         ///< `direct-tcpip db.lan:5432`
std::string name_of(const ssh::ChannelRequest& request);  ///< `shell`, `subsystem sftp`
std::string name_of(const ssh::GlobalRequest& request);   ///< `tcpip-forward localhost:8080`

}  // namespace pysshrp::relay
