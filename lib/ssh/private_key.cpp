#include "ssh/private_key.h"

#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/regular_file.h"
#include "base/secret.h"
#include "ssh/pkcs8.h"

namespace pysshrp::ssh {
namespace {

constexpr off_t kMaxFile = 64 * 1024;
// "openssh-key-v1" and a NUL; then a cipher name of four letters: "none"
constexpr std::string_view kOpenSsh = "-----BEGIN OPENSSH PRIVATE KEY-----", kOpenSshMagic = "b3BlbnNzaC1rZXktdjEA",
                           kNotEncrypted = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

Error unusable(const std::string& file, const std::string& why) {
  return Error{file + ": " + why};
}

/// What is often named in its place, and what to do; empty for anything else.
std::string_view what_else(std::string_view text) noexcept {
  constexpr std::string_view kPublic =
      "is the public half of a key: name the private one, whose file has the same name without .pub";
  // As ssh-keygen writes it beside the private one: `ssh-ed25519 AAAA...`
  const bool is_line = text.starts_with("ssh-") || text.starts_with("ecdsa-") || text.starts_with("sk-");
  if (is_line && text.substr(0, text.find(' ')).find("-cert-v01@") != text.npos)
    return "is a certificate: name the private key";
  if (is_line || text.starts_with("---- BEGIN SSH2 PUBLIC KEY") ||
      text.find("-----BEGIN PUBLIC KEY-----") != text.npos || text.find("-----BEGIN RSA PUBLIC KEY-----") != text.npos)
    return kPublic;
  if (text.starts_with("PuTTY-User-Key-File"))
    return "is a key in PuTTY's format: puttygen FILE -O private-openssh -o NEW";
  return {};
}

Result<Secret> read_private_file(const std::string& file) {
  const auto opened = open_regular_file(file);
  if (!opened) return unusable(file, opened.error().what);
  const auto& [fd, st] = *opened;
  if (st.st_size > kMaxFile) return unusable(file, "is too large to be a key");
  std::vector<char> bytes(static_cast<std::size_t>(st.st_size) + 1);  // an empty file has a place, too
  const ssize_t n = ::read(fd.get(), bytes.data(), bytes.size() - 1);
  Secret text{std::string_view{bytes.data(), n < 0 ? 0 : static_cast<std::size_t>(n)}};
  ::explicit_bzero(bytes.data(), bytes.size());
  // What is no private key need not be kept like one.
  if (const auto other = what_else(text.reveal()); !other.empty()) return unusable(file, std::string{other});
  if ((st.st_mode & 0007) != 0)
    return unusable(file, "can be read by others: chmod 0640, and give it to root and the handler's group");
  const uid_t self = ::geteuid();
  if (self != 0 && st.st_uid == self && (st.st_mode & 0200) != 0)
    return unusable(
        file, "could be overwritten by the handler, which owns it: chmod 0400, or give it to root with mode 0640");
  return text;
}

/// What is no key at all is not encrypted either.
bool is_encrypted(std::string_view pem) {
  const auto begin = pem.find(kOpenSsh);
  if (begin == pem.npos)
    return pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != pem.npos ||
           pem.find("Proc-Type: 4,ENCRYPTED") != pem.npos;
  const auto body = pem.substr(std::min(pem.find_first_not_of("\r\n", begin + kOpenSsh.size()), pem.size()));
  return body.starts_with(kOpenSshMagic) && !body.starts_with(kNotEncrypted);
}

/// libssh serves one key of each family.
std::string family_of(const PrivateKey& key) {
  const ssh_keytypes_e type = ssh_key_type(key.key.get());
  return type == SSH_KEYTYPE_ED25519 ? "ed25519" : type == SSH_KEYTYPE_RSA ? "rsa" : "ecdsa";
}

Result<KeyHandle> read_certificate(const std::string& file) {
  // libssh reads the file by its name, and would wait for a FIFO's writer.
  if (const auto opened = open_regular_file(file); !opened) return unusable(file, opened.error().what);
  ssh_key key = nullptr;
  if (ssh_pki_import_cert_file(file.c_str(), &key) == SSH_OK) return KeyHandle{key};
  return unusable(file, "is not an OpenSSH certificate (ssh-keygen -s makes one, in a file that ends in -cert.pub)");
}

}  // namespace

Result<PrivateKey> load_private_key(const std::string& file, Secret* text) {
  Secret pem = PYSSHRP_TRY(read_private_file(file));
  if (is_encrypted(pem.reveal()))
    return unusable(file, "is encrypted, and a handler cannot ask for a passphrase: ssh-keygen -p -N '' -f " + file);
  const auto converted = openssh_of_pkcs8(pem.reveal());
  const Secret& readable = converted ? *converted : pem;
  ssh_key key = nullptr;
  // The empty passphrase: with none at all OpenSSL would ask for it on stdin, which is the client.
  if (ssh_pki_import_privkey_base64(readable.c_str(), "", nullptr, nullptr, &key) != SSH_OK)
    return unusable(file,
                    "is not a private key that libssh can read (OpenSSH, PKCS#1 or PKCS#8 PEM; ed25519, ecdsa or rsa)");
  KeyHandle owned{key};
  if (text != nullptr) *text = std::move(pem);
  switch (ssh_key_type(key)) {
    case SSH_KEYTYPE_ED25519:
    case SSH_KEYTYPE_ECDSA_P256:
    case SSH_KEYTYPE_ECDSA_P384:
    case SSH_KEYTYPE_ECDSA_P521:
    case SSH_KEYTYPE_RSA:
      return PrivateKey{file, std::move(owned)};
    default:
      return unusable(file, "is not an ed25519, ecdsa or rsa key");
  }
}

Status load_certificate(const std::string& file, PrivateKey& key) {
  const KeyHandle certificate = PYSSHRP_TRY(read_certificate(file));
  if (ssh_pki_copy_cert_to_privkey(certificate.get(), key.key.get()) != SSH_OK)
    return unusable(file, "cannot be used with the key " + key.file);
  return {};
}

Status check_certificate(const std::string& file) {
  PYSSHRP_TRY(read_certificate(file));
  return {};
}

Result<std::vector<PrivateKey>> load_host_keys(const std::vector<std::string>& files) {
  std::vector<PrivateKey> keys;
  std::string faults;
  for (const auto& file : files) {
    auto key = load_private_key(file);
    std::string fault = key ? "" : key.error().what;
    for (const PrivateKey& other : keys) {
      if (key && family_of(*key) == family_of(other))
        fault = file + ": a second " + family_of(other) + " key beside " + other.file;
    }
    if (fault.empty())
      keys.push_back(*std::move(key));
    else
      faults += (faults.empty() ? "" : "; ") + fault;
  }
  if (!faults.empty()) return Error{faults};
  if (keys.empty())
    return Error{
        "no host key: set `key` in [pysshrp], or make one: ssh-keygen -t ed25519 -N '' -f "
        "/etc/pysshrp/ssh_host_ed25519_key"};
  return keys;
}

}  // namespace pysshrp::ssh
