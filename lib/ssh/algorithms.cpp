#include "ssh/algorithms.h"

#include <algorithm>

#include "ssh/handles.h"

namespace pysshrp::ssh {
namespace {

ssh_options_e option_of(AlgorithmKind kind) noexcept {
  switch (kind) {
    case AlgorithmKind::kex:
      return SSH_OPTIONS_KEY_EXCHANGE;
    case AlgorithmKind::cipher:
      return SSH_OPTIONS_CIPHERS_C_S;
    case AlgorithmKind::mac:
      return SSH_OPTIONS_HMAC_C_S;
    case AlgorithmKind::public_key:
      return SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES;
    case AlgorithmKind::host_key:
      break;
  }
  return SSH_OPTIONS_HOSTKEYS;
}

/// What `ssh -Q` is asked for such names.
std::string_view query_of(AlgorithmKind kind) noexcept {
  static constexpr std::string_view kQueries[] = {"kex", "cipher", "mac", "HostKeyAlgorithms",
                                                  "PubkeyAcceptedAlgorithms"};
  return kQueries[static_cast<std::size_t>(kind)];
}

}  // namespace

bool Algorithms::takes_key(std::string_view type) const noexcept {
  // The signature says by which hash; what follows is of a certificate (RFC 8332; PROTOCOL.certkeys).
  constexpr std::string_view kRsa = "ssh-rsa", kSigned = "rsa-sha2-", kHash = "256";
  const bool is_rsa = type.starts_with(kRsa);
  const auto is_of_type = [&](std::string_view name) {
    if (!is_rsa) return name == type;
    return name.starts_with(kSigned) && name.size() >= kSigned.size() + kHash.size() &&
           name.substr(kSigned.size() + kHash.size()) == type.substr(kRsa.size());
  };
  std::string_view rest = public_keys;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (is_of_type(name)) return true;
  }
  return false;
}

std::string Algorithms::public_keys_and_signatures() const {
  constexpr std::string_view kCertificate = "-cert-v01@openssh.com", kToken = "sk-";
  std::string names = public_keys;
  for (std::string_view rest = public_keys; !rest.empty();) {
    std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (!name.ends_with(kCertificate)) continue;
    name.remove_suffix(kCertificate.size());
    names.append(",").append(name).append(name.starts_with(kToken) ? "@openssh.com" : "");
  }
  return names;
}

std::string extend(std::string standard, std::string_view wanted) {
  if (wanted.empty()) return standard;
  if (wanted.front() != '+') return std::string{wanted};
  return standard.append(",").append(wanted.substr(1));
}

Status check_algorithms(AlgorithmKind kind, std::string_view names) {
  const SessionHandle scratch{ssh_new()};
  std::string unknown;
  if (names.starts_with('+')) names.remove_prefix(1);
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    const std::string name{names.substr(at, comma - at)};
    // Of a list libssh silently drops what it does not know; a single name it refuses.
    if (ssh_options_set(scratch.get(), option_of(kind), name.c_str()) != SSH_OK)
      unknown += (unknown.empty() ? "'" : ", '") + name + "'";
    at = comma + 1;
  }
  if (unknown.empty()) return {};
  return Error{unknown + " is not known to libssh " + ssh_version(0) + ": leave it out, or see 'ssh -Q " +
               std::string{query_of(kind)} + "' for how it is written"};
}

}  // namespace pysshrp::ssh
