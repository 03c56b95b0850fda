#include "upstream/algorithms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ssh/texts.h"

namespace pysshrp::upstream {

namespace texts = ssh::texts;

namespace {

/// The key that can name what one side has and the other has not, by how libssh's name of the method begins.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kKeys{
    {{"kex", "upstream_kex_algorithms"},
     {"server host", "upstream_host_key_algorithms"},
     {"encryption", "upstream_ciphers"},
     {"mac", "upstream_macs"}}};

/// The number behind " of size ".
std::string bits_in(std::string_view error) {
  const auto at = error.find(texts::kSize);
  if (at == error.npos) return "?";
  error.remove_prefix(at + texts::kSize.size());
  return std::string{error.substr(0, std::min(error.find_first_not_of("0123456789"), error.size()))};
}

std::string too_small(std::string_view error, const std::string& what, const route::Route& route) {
  return "the size of " + what + ", " + bits_in(error) + " bits, is below upstream_rsa_min_bits (" +
         std::to_string(route.upstream_rsa_min_bits) + ')';
}

}  // namespace

ssh::Algorithms algorithms_of(const route::Route& route, const ssh::Algorithms& clients) {
  return {.kex = ssh::extend(clients.kex, route.upstream_kex_algorithms),
          .ciphers = ssh::extend(clients.ciphers, route.upstream_ciphers),
          .macs = ssh::extend(clients.macs, route.upstream_macs),
          .host_keys = ssh::extend(clients.host_keys, route.upstream_host_key_algorithms),
          .public_keys = ssh::extend(ssh::Algorithms{}.public_keys, route.upstream_public_key_algorithms),
          .rsa_min_bits = route.upstream_rsa_min_bits};
}

std::string explain_key_exchange(std::string_view error, const route::Route& route) {
  const std::string said = "key exchange failed: ";
  if (error.find(texts::kRsaMinSize) != error.npos)
    return said + too_small(error, "its RSA host key", route) +
           ": give it a larger one or one of another type, or lower that number for this server";
  const auto at = error.find(texts::kNoMatch);
  // Where both sides find that out and hang up, libssh may know only of the hang-up.
  if (at == error.npos) return said + std::string{error} + " (no SSH server, or no algorithm in common?)";
  const auto method = error.substr(at + texts::kNoMatch.size());
  const auto* const key =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const auto& k) { return method.starts_with(k.first); });
  if (key == kKeys.end()) return said + std::string{error};
  return said + std::string{error} + "; " + std::string{key->second} +
         " of the server can add one that the upstream has";
}

std::string explain_unused_key(std::string_view error, const std::string& what, const route::Route& route) {
  if (error.find(texts::kRsaMinSize) != error.npos)
    return too_small(error, what, route) + ", and it is not used: make a larger one or one of another type";
  if (error.find(texts::kNotAllowed) == error.npos) return {};
  const auto quote = error.find('\''), end = error.find('\'', quote + 1);
  const auto name = end == error.npos ? "its signature" : error.substr(quote + 1, end - quote - 1);
  return what + " would have to sign with " + std::string{name} +
         ", and is not used: a key of another type signs otherwise, or upstream_public_key_algorithms = +" +
         std::string{name} + " allows it for this server";
}

}  // namespace pysshrp::upstream
