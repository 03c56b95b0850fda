#pragma once
#include <string>
#include <vector>

#include "config/config.h"
#include "ssh/algorithms.h"

namespace pysshrp::connection {

/// The algorithms of [pysshrp], the modern set where it is silent.
ssh::Algorithms algorithms_of(const config::Settings& settings);

/// The host key files of [pysshrp]; else every ssh_host_*_key in the credentials directory; else those in /etc/pysshrp.
std::vector<std::string> host_key_files(const config::Settings& settings, const std::string& credentials_directory);

/// Whether a login may have to write a file: known_hosts, where a server has accept-new, or one of routes_dir may.
bool writes_files(const config::Config& config);

/// What is wrong with a key of [pysshrp], where it stands.
config::Fault fault_of(const config::Config& config, const std::string& key, std::string what);

}  // namespace pysshrp::connection
