#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "ssh/handles.h"

namespace pysshrp::ssh {

/// The private key that the proxy proves itself with.
struct HostKey {
  std::string file;
  KeyHandle key;
};

/// Reads an ed25519, ecdsa or rsa key: OpenSSH's format, PKCS#1 or PKCS#8 PEM. An encrypted key, one that others can
/// read, or one that this process could overwrite is an error; nobody is ever asked for a passphrase.
Result<HostKey> load_host_key(const std::string& file);

/// Reads all of them. An Error names every file that is not usable, and two keys of one type.
Result<std::vector<HostKey>> load_host_keys(const std::vector<std::string>& files);

}  // namespace pysshrp::ssh
