#include "auth/password.h"

#include <crypt.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>


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
  const char* const hash = crypt_rn(typed.c_str(), stored.c_str(), area.get(), sizeof *area);
  return hash && equal_in_constant_time(hash, stored.reveal());
}

/// The methods of crypt(5) that are in use, and how many characters each hash has behind its last '$'.
struct Method {
  std::string_view prefix;
  std::size_t length;
};
constexpr Method kMethods[] = {{"$y$", 43},  {"$gy$", 43}, {"$7$", 43}, {"$2b$", 53}, {"$2y$", 53},
                               {"$2a$", 53}, {"$6$", 86},  {"$5$", 43}, {"$1$", 22}};

const Method* method_of(std::string_view stored) noexcept {
  const auto* const method = std::find_if(std::begin(kMethods), std::end(kMethods),
                                          [&](const Method& m) { return stored.starts_with(m.prefix); });
  return method == std::end(kMethods) ? nullptr : method;
}

/// `{SSHA}...`, as LDAP and Dovecot write hashes.
bool has_scheme(std::string_view stored) noexcept {
  const auto end = stored.find('}');
  const auto is_of_name = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return stored.starts_with('{') && end != stored.npos && end > 1 &&
         std::all_of(stored.begin() + 1, stored.begin() + static_cast<std::ptrdiff_t>(end), is_of_name);
}

bool has_length(std::string_view stored, const Method& method) noexcept {
  return stored.size() - stored.rfind('$') - 1 == method.length;
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

std::string_view note_stored_password(std::string_view stored) noexcept {
  if (has_scheme(stored))
    return "is taken as the password itself: only hashes of crypt(3) are known, which start with '$'";
  const Method* const method = method_of(stored);
  if (method != nullptr && !has_length(stored, *method))
    return "begins as a hash of crypt(3) and has not the length of one: nobody can log in";
  return {};
}

std::string_view note_told_password(std::string_view told) noexcept {
  const Method* const method = method_of(told);
  if (!has_scheme(told) && (method == nullptr || !has_length(told, *method))) return {};
  return "is told as it is, though it looks like a hash: the upstream wants the password itself";
}

}  // namespace pysshrp::auth
