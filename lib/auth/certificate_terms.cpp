#include "auth/certificate_terms.h"

#include "auth/certificate_options.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

constexpr std::size_t kUserCertificate = 1;

std::uint64_t seconds(std::chrono::sys_seconds time) noexcept {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

/// In the order of their names, as all options.
std::string critical_options(const CertificateTerms& terms) {
  ByteWriter options;
  if (terms.rights.command) options.string("force-command").string(ByteWriter{}.string(*terms.rights.command).view());
  if (terms.source_address) options.string("source-address").string(ByteWriter{}.string(*terms.source_address).view());
  return options.release();
}

std::string extensions(const KeyRights& rights) {
  ByteWriter extensions;
  for (const Extension& extension : kExtensions)
    if (rights.*extension.right) extensions.string(extension.name).string("");
  return extensions.release();
}

}  // namespace

std::string certificate_to_sign(const CertificateTerms& terms, std::string_view ed25519, std::string_view authority,
                                std::string_view nonce) {
  ByteWriter principals;
  for (const std::string& principal : terms.principals) principals.string(principal);
  return ByteWriter{}
      .string("ssh-ed25519-cert-v01@openssh.com")
      .string(nonce)
      .string(ed25519)
      .u64(terms.serial)
      .u32(kUserCertificate)
      .string(terms.key_id)
      .string(principals.view())
      .u64(seconds(terms.from))
      .u64(seconds(terms.until))
      .string(critical_options(terms))
      .string(extensions(terms.rights))
      .string("")  // reserved
      .string(authority)
      .release();
}

}  // namespace pysshrp::auth
