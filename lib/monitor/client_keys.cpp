#include "monitor/client_keys.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth/fingerprint.h"
#include "auth/key_blob.h"
#include "auth/revoked_keys.h"
#include "monitor/key_file.h"

namespace pysshrp::monitor {
namespace {
constexpr unsigned kMaxNotes = 32;
constexpr const char *kKeys = "authorized_keys", *kAuthorities = "trusted_user_ca_keys";
}  // namespace

bool ClientKeys::is_verifiable(const PublicKey& key) {
  auto verifiable = auth::check_verifiable(key.type, key.base64, ssh::kRsaMinBits);
  if (verifiable && !algorithms_.takes_key(key.type)) verifiable = Error{"not in public_key_algorithms"};
  if (!verifiable) note(auth::key_text(key) + " is not taken: " + verifiable.error().what);
  return verifiable.has_value();
}

bool KeyFiles::grants_shown(const PublicKey& key, const UserKeys& of) {
  if (!most_) most_ = most_key_files(config_);
  const std::string text = auth::key_text(key);  // also where nothing is noted: it is most of the work
  const std::string wanted = auth::wanted_in_file(key);
  std::size_t own = 0;
  for (const auto& [file, name] : {std::pair{&of.authorized_keys, kKeys}, {&of.trusted_user_ca_keys, kAuthorities}}) {
    if (file->empty()) continue;
    const auto searched = search_key_file(*file, wanted);
    if (searched && searched->found) return look_up(key, of).has_value();
    keys_.note(searched ? text + " is not in " + name : name + (' ' + searched.error().what));
    if (searched) own += searched->bytes;
  }
  searched_ += own + search_in_vain(*most_ - std::min(*most_, own), wanted);
  return false;
}

/// A list that cannot be read revokes every key, as in sshd.
bool KeyFiles::is_revoked(const PublicKey& key, const std::string& file) {
  if (file.empty()) return false;
  if (!revoked_) revoked_ = read_revoked_keys(file);
  if (!*revoked_) {
    keys_.note("revoked_keys " + revoked_->error().what + ": no key counts");
    return true;
  }
  if (!auth::revokes(**revoked_, key)) return false;
  keys_.note(auth::key_text(key) + " is revoked by " + file);
  return true;
}

/// A long list is gone through only for who would get in without it: a stranger is to have no work done.
std::optional<auth::KeyRights> KeyFiles::look_up(const PublicKey& key, const UserKeys& of) {
  auto rights = rights_of(key, of);
  if (rights && is_revoked(key, of.revoked_keys)) return {};
  return rights;
}

std::optional<auth::KeyRights> KeyFiles::rights_of(const PublicKey& key, const UserKeys& of) {
  if (const auto text = read(of.authorized_keys, kKeys))
    if (auto rights = keys_.look_up(key, *text, of.user)) return rights;
  if (const auto text = read(of.trusted_user_ca_keys, kAuthorities))
    return keys_.look_up_authority(key, *text, of.user, of.principals);
  return {};
}

/// Nothing where there is no such file, or it must not be used.
std::optional<std::string> KeyFiles::read(const std::string& file, const char* name) {
  if (file.empty()) return {};
  auto text = read_key_file(file);
  if (text) return *std::move(text);
  keys_.note(name + (' ' + text.error().what));
  return {};
}

auth::OfferedKey ClientKeys::offered(const PublicKey& key, const UserName& user) const {
  return {key.type, key.base64, peer_.address, std::chrono::system_clock::now(), user.view()};
}

std::optional<auth::KeyRights> ClientKeys::look_up(const PublicKey& key, const std::string& authorized_keys,
                                                   const UserName& user) {
  return rights_in(auth::look_up_key(authorized_keys, offered(key, user)), key, kKeys);
}

std::optional<auth::KeyRights> ClientKeys::look_up_authority(const PublicKey& key,
                                                             const std::string& trusted_user_ca_keys,
                                                             const UserName& user,
                                                             const std::vector<std::string>& principals) {
  return rights_in(auth::look_up_authority(trusted_user_ca_keys, offered(key, user), principals), key, kAuthorities);
}

std::optional<auth::KeyRights> ClientKeys::rights_in(auth::KeyLookupResult found, const PublicKey& key,
                                                     const char* name) {
  for (const std::string& why : found.notes) note(name + (' ' + why));
  if (!found.rights && found.notes.empty()) note(auth::key_text(key) + " is not in " + name);
  return std::move(found.rights);
}

void ClientKeys::note(std::string what) {
  if (notes_++ < kMaxNotes) note_(std::move(what));
}

}  // namespace pysshrp::monitor
