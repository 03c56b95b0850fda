#include "ssh/public_key.h"

namespace pysshrp::ssh {

Result<PublicKey> read_public_key(ssh_key key) {
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) return Error{"no public key"};
  const Text owned{base64};
  const char* type = ssh_key_type_to_char(ssh_key_type(key));
  return PublicKey{type ? type : "", base64};
}

}  // namespace pysshrp::ssh
