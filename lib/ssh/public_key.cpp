#include "ssh/public_key.h"

#include <cstddef>

namespace pysshrp::ssh {

Result<PublicKey> read_public_key(ssh_key key) {
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) return Error{"no fingerprint"};
  const Text fingerprint{ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size)};
  ssh_clean_pubkey_hash(&hash);
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) return Error{"no public key"};
  const Text owned{base64};
  const char* type = ssh_key_type_to_char(ssh_key_type(key));
  return PublicKey{type ? type : "", base64, fingerprint ? fingerprint.get() : ""};
}

}  // namespace pysshrp::ssh
