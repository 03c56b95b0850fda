#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "ssh/handles.h"

namespace pysshrp::ssh {

/// A private key of the proxy's: it proves itself with it to clients, or logs in with it upstream.
struct PrivateKey {
  std::string file;
  KeyHandle key;
};

/// Reads an ed25519, ecdsa or rsa key: OpenSSH's format, PKCS#1 or PKCS#8 PEM. An encrypted key, one that others can
/// read, or one that this process could overwrite is an error; nobody is ever asked for a passphrase.
/// `text` gets what is in the file.
Result<PrivateKey> load_private_key(const std::string& file, Secret* text = nullptr);

/// Reads an OpenSSH user certificate (PROTOCOL.certkeys) of that key; from then on the key is shown with it.
Status load_certificate(const std::string& file, PrivateKey& key);
/// Whether the file is one.
Status check_certificate(const std::string& file);

/// Reads the host keys. An Error names every file that is not usable, and two keys of one type.
Result<std::vector<PrivateKey>> load_host_keys(const std::vector<std::string>& files);

}  // namespace pysshrp::ssh
