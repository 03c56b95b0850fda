#include "monitor/client_keys.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth/authorized_keys.h"
#include "auth/key_blob.h"
#include "monitor/authorized_keys_file.h"

namespace pysshrp::monitor {
namespace {
constexpr unsigned kMaxNotes = 32;
}

bool ClientKeys::is_verifiable(const PublicKey& key) {
  auto verifiable = auth::check_verifiable(key.type, key.base64, ssh::kRsaMinBits);
  if (verifiable && !algorithms_.takes_key(key.type)) verifiable = Error{"not in public_key_algorithms"};
  if (!verifiable) note(key.text() + " is not taken: " + verifiable.error().what);
  return verifiable.has_value();
}

bool KeyFiles::grants_shown(const PublicKey& key, const std::string* file) {
  if (!most_) most_ = most_authorized_keys(config_);
  std::size_t own = 0;
  if (file != nullptr) {
    const auto searched = search_authorized_keys(*file, key.base64);
    if (searched && searched->found) return look_up(key, *file).has_value();
    keys_.note(searched ? key.text() + " is not in authorized_keys" : "authorized_keys " + searched.error().what);
    if (searched) own = searched->bytes;
  }
  searched_ += own + search_in_vain(*most_ - std::min(*most_, own), key.base64);
  return false;
}

std::optional<auth::KeyRights> KeyFiles::look_up(const PublicKey& key, const std::string& file) {
  const auto text = read_authorized_keys(file);
  if (text) return keys_.look_up(key, *text);
  keys_.note("authorized_keys " + text.error().what);
  return {};
}

std::optional<auth::KeyRights> ClientKeys::look_up(const PublicKey& key, const std::string& authorized_keys) {
  auto verdict =
      auth::look_up_key(authorized_keys, {key.type, key.base64, peer_.address, std::chrono::system_clock::now()});
  for (const std::string& why : verdict.notes) note("authorized_keys " + why);
  if (!verdict.rights && verdict.notes.empty()) note(key.text() + " is not in authorized_keys");
  return std::move(verdict.rights);
}

void ClientKeys::note(std::string what) {
  if (notes_++ < kMaxNotes) note_(std::move(what));
}

}  // namespace pysshrp::monitor
