#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/bytes.h"

/// Fields that OpenSSH's sshbuf reads more strictly than RFC 4251 section 5. Nothing: sshbuf refuses the field.
namespace pysshrp::auth {

/// A text (sshbuf_get_cstring): a NUL may only be its last byte, which is left out.
inline std::optional<std::string_view> read_text(ByteReader& reader) noexcept {
  auto text = reader.string();
  if (text.ends_with('\0')) text.remove_suffix(1);
  if (!reader.ok() || text.find('\0') != text.npos) return {};
  return text;
}

/// The bytes of an mpint without leading zeros (sshbuf_get_bignum2_bytes_direct): not negative, at most 16384 bits.
inline std::optional<std::string_view> read_unsigned_mpint(ByteReader& reader) noexcept {
  constexpr std::size_t kMostBytes = 16384 / 8;
  auto bytes = reader.string();
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0;
  const bool sign_byte = bytes.starts_with('\0');
  if (!reader.ok() || negative || bytes.size() > kMostBytes + (sign_byte ? 1 : 0)) return {};
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  return bytes;
}

}  // namespace pysshrp::auth
