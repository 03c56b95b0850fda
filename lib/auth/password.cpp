#include "auth/password.h"

#include <crypt.h>

#include <memory>

#include "base/memory.h"

namespace pysshrp::auth {
namespace {

/// The work area of crypt(3), which afterwards holds what the password can be guessed from.
struct Wipe {
  void operator()(crypt_data* data) const noexcept {
    explicit_bzero(data, sizeof *data);
    delete data;
  }
};
using WorkArea = std::unique_ptr<crypt_data, Wipe>;

bool is_hash(std::string_view stored) noexcept {
  return stored.starts_with('$');
}

// crypt(3) reads up to a NUL: what stands behind one would not count.
bool has_nul(std::string_view text) noexcept {
  return text.find('\0') != text.npos;
}

bool hash_matches(const Secret& stored, const Secret& typed) {
  if (has_nul(stored.reveal()) || has_nul(typed.reveal())) return false;
  const WorkArea area{new crypt_data{}};
  const memory::KernelBoundLifted lifted;
  const char* const hash = crypt_rn(typed.c_str(), stored.c_str(), area.get(), sizeof *area);
  return hash && equal_in_constant_time(hash, stored.reveal());
}

}  // namespace

bool password_matches(std::string_view stored, std::string_view typed) {
  if (stored.empty()) return false;
  if (is_hash(stored)) return hash_matches(Secret{stored}, Secret{typed});
  return equal_in_constant_time(stored, typed);
}

Status check_stored_password(std::string_view stored) {
  if (stored.empty()) return Error{"empty: nobody can log in"};
  if (!is_hash(stored)) return {};
  const int verdict = crypt_checksalt(Secret{stored}.c_str());
  if (verdict == CRYPT_SALT_INVALID || verdict == CRYPT_SALT_METHOD_DISABLED)
    return Error{"starts with '$' but is no hash that crypt(3) knows: nobody can log in"};
  return {};
}

}  // namespace pysshrp::auth
