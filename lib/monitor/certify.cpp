#include "monitor/certify.h"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/bytes.h"

namespace pysshrp::monitor {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

constexpr auto kBefore = 1min, kAfter = 2min;
constexpr std::size_t kNonce = 32;

/// What sessions of the client are held to anyway, so that the upstream holds them to it as well.
auth::KeyRights upstream_rights(const route::Route& route, auth::KeyRights rights) {
  const std::string command = route.certificate_command();
  if (!rights.command && !command.empty()) rights.command = command;
  rights.pty = rights.pty && route.allow_ssh;
  rights.user_rc = rights.user_rc && route.allow_ssh;
  rights.port_forwarding = rights.port_forwarding && route.allow_forwarding != route::Forwarding::no;
  rights.agent_forwarding = rights.agent_forwarding && route.allow_agent;
  rights.x11_forwarding = rights.x11_forwarding && route.allow_x11;
  return rights;
}

/// False: the kernel gives nothing.
template <std::size_t kSize>
bool fill_randomly(std::array<char, kSize>& bytes) noexcept {
  return ::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

Result<auth::CertificateTerms> terms_of(const route::Route& route, const CertifiedLogin& login,
                                        system_clock::time_point now, std::uint64_t serial) {
  auth::CertificateTerms terms;
  terms.serial = serial;
  terms.key_id = login.user + '@' + login.source + " pysshrp " + login.connection;
  terms.principals = route.upstream_principals;
  if (terms.principals.empty()) terms.principals.push_back(route.upstream_user.text());
  terms.from = std::chrono::floor<std::chrono::seconds>(now - kBefore);
  terms.until = std::chrono::floor<std::chrono::seconds>(now + kAfter);
  terms.rights = upstream_rights(route, login.rights);
  if (!route.upstream_certificate_source_address) return terms;
  if (!login.seen_from)
    return Error{"upstream_certificate_source_address: the address that the upstream sees is not known"};
  terms.source_address = login.seen_from->text();
  return terms;
}

Result<ssh::SigningKey> certify(const route::Route& route, const CertifiedLogin& login) {
  std::array<char, 8> serial{};
  std::array<char, kNonce> nonce{};
  auto key = ssh::SigningKey::generate();
  if (!key || !fill_randomly(serial) || !fill_randomly(nonce)) return Error{"upstream_ca_key: no key can be made"};
  const std::uint64_t number = load_big_endian({serial.data(), serial.size()});
  const auto terms = PYSSHRP_TRY(terms_of(route, login, system_clock::now(), number));
  const auto authority = ssh::SigningKey::load(route.upstream_ca_key);
  if (!authority) return Error{"upstream_ca_key: " + authority.error().what};
  ByteReader plain{key->blob()};
  plain.string();
  const std::string to_sign =
      auth::certificate_to_sign(terms, plain.string(), authority->blob(), {nonce.data(), nonce.size()});
  const auto signature = authority->sign(to_sign, ssh::SigningKey::RsaHash::sha512);
  if (!signature) return Error{"upstream_ca_key: " + route.upstream_ca_key + ": OpenSSL cannot sign with it"};
  key->show_as(to_sign + ByteWriter{}.string(*signature).release());
  return *std::move(key);
}

}  // namespace pysshrp::monitor
