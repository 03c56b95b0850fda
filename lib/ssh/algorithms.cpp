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

}  // namespace

bool Algorithms::takes_key(std::string_view type) const noexcept {
  const bool is_rsa = type == "ssh-rsa";
  std::string_view rest = public_keys;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (is_rsa ? name.starts_with("rsa-sha2-") : name == type) return true;
  }
  return false;
}

Status check_algorithms(AlgorithmKind kind, const std::string& names) {
  const SessionHandle scratch{ssh_new()};
  std::string unknown;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, comma - at);
    // Of a list libssh silently drops what it does not know; a single name it refuses.
    if (ssh_options_set(scratch.get(), option_of(kind), name.c_str()) != SSH_OK)
      unknown += (unknown.empty() ? "'" : ", '") + name + "'";
    at = comma + 1;
  }
  if (unknown.empty()) return {};
  return Error{unknown + " is not known to libssh " + ssh_version(0)};
}

}  // namespace pysshrp::ssh
