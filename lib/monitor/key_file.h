#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "auth/revoked_keys.h"
#include "base/result.h"
#include "config/config.h"

namespace pysshrp::monitor {

/// The text of a file with the public keys of clients. One that anybody could write to is an Error.
Result<std::string> read_key_file(const std::string& file);

/// A key revocation list, or a list of keys.
Result<auth::RevokedKeys> read_revoked_keys(const std::string& file);

/// Whether a key may be in such a file, by the base64 of its blob, and how many bytes were searched to know it.
struct Searched {
  bool found;
  std::size_t bytes;
};
Result<Searched> search_key_file(const std::string& file, std::string_view base64);
/// The same work on so many bytes that have no key. Returns how many they were.
std::size_t search_in_vain(std::size_t bytes, std::string_view base64);

/// The most bytes that are searched for any user: of the largest files that the configuration names, and the most that
/// are read where users have files of their own.
std::size_t most_key_files(const config::Config& config);

}  // namespace pysshrp::monitor
