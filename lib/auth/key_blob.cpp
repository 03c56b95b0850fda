#include "auth/key_blob.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace pysshrp::auth {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kSpaces = " \t\n\v\f\r";

struct KeyType {
  std::string_view name;
  bool verified;
};
// libssh does not look whether the owner of a security key has touched it, which sshd wants.
constexpr KeyType kTypes[] = {
    {"ssh-ed25519", true},
    {"ecdsa-sha2-nistp256", true},
    {"ecdsa-sha2-nistp384", true},
    {"ecdsa-sha2-nistp521", true},
    {"ssh-rsa", true},
    {"sk-ssh-ed25519@openssh.com", false},
    {"sk-ecdsa-sha2-nistp256@openssh.com", false},
};
constexpr std::string_view kCertificate = "-cert-v01@openssh.com";

constexpr auto kValues = [] {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int>(i);
  return values;
}();

bool is_space(char c) noexcept {
  return kSpaces.find(c) != kSpaces.npos;
}

const KeyType* find_type(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [name](const KeyType& type) { return type.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

/// What the padding has to be after so many digits; nothing after a number that never ends a blob.
std::optional<std::string_view> padding_after(std::size_t digits) noexcept {
  switch (digits % 4) {
    case 0:
      return "";
    case 2:
      return "==";
    case 3:
      return "=";
    default:
      return {};
  }
}

/// The next string (RFC 4251 section 5), which is taken off `rest`.
std::optional<std::string_view> next_string(std::string_view& rest) noexcept {
  if (rest.size() < 4) return {};
  std::size_t size = 0;
  for (const char c : rest.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(c);
  if (rest.size() - 4 < size) return {};
  const auto string = rest.substr(4, size);
  rest.remove_prefix(4 + size);
  return string;
}

/// The bits of an RSA key's modulus (RFC 4253 section 6.6: the type, e, n).
std::optional<std::size_t> rsa_bits(std::string_view blob) noexcept {
  if (!next_string(blob) || !next_string(blob)) return {};
  auto modulus = next_string(blob);
  if (!modulus) return {};
  modulus->remove_prefix(std::min(modulus->find_first_not_of('\0'), modulus->size()));
  if (modulus->empty()) return 0;
  return modulus->size() * 8 - static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(modulus->front())));
}

}  // namespace

std::optional<std::string> decode_blob(std::string_view base64) {
  std::string blob, padding;
  std::size_t digits = 0;
  std::uint32_t bits = 0;
  for (const char c : base64) {
    if (is_space(c)) continue;
    const int value = kValues[static_cast<unsigned char>(c)];
    if (c == '=' && padding.size() < 2) {
      padding += c;
      continue;
    }
    if (value < 0 || !padding.empty()) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++digits % 4 != 1) blob += static_cast<char>(bits >> (6 - 2 * ((digits - 1) % 4)) & 0xff);
  }
  // Bits beyond the last byte would make several texts of one blob.
  const std::uint32_t beyond = digits % 4 == 2 ? 0xf : digits % 4 == 3 ? 0x3 : 0;
  if (padding != padding_after(digits) || (bits & beyond) != 0) return {};
  return blob;
}

bool is_plain_type(std::string_view type) noexcept {
  return find_type(type) != nullptr;
}

bool has_type(std::string_view blob, std::string_view type) noexcept {
  return next_string(blob) == type;
}

Status check_verifiable(std::string_view type, std::string_view base64, unsigned rsa_min_bits) {
  if (type.ends_with(kCertificate)) return Error{"certificates are not verified here"};
  const KeyType* const known = find_type(type);
  if (!known || !known->verified) return Error{"keys of its type are not verified here"};
  const auto blob = decode_blob(base64);
  if (!blob || !has_type(*blob, type)) return Error{"its blob is none of its type"};
  if (type != "ssh-rsa") return {};
  const auto bits = rsa_bits(*blob);
  if (!bits) return Error{"its blob is none of its type"};
  if (*bits >= rsa_min_bits) return {};
  return Error{"an RSA key of " + std::to_string(*bits) + " bits; at least " + std::to_string(rsa_min_bits) +
               " are wanted"};
}

}  // namespace pysshrp::auth
