#include "auth/certificate_options.h"

#include <algorithm>

#include "auth/excerpt.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

/// Entries of a list that commas part. False as soon as one is.
template <class Is>
bool all_entries(std::string_view list, Is is) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    if (!is(list.substr(at, comma - at))) return false;
    at = comma + 1;
  }
  return true;
}

/// The one string that an option holds.
Result<std::string> text_in(std::string_view name, std::string_view data) {
  ByteReader reader{data};
  const auto text = reader.string();
  if (reader.ok() && reader.left().empty() && text.find('\0') == text.npos) return std::string{text};
  return Error{"has the critical option \"" + std::string{name} + "\", which cannot be read"};
}

Status set_once(std::optional<std::string>& option, std::string_view name, std::string_view data) {
  if (option) return Error{"has the critical option \"" + std::string{name} + "\" twice"};
  option = PYSSHRP_TRY(text_in(name, data));
  return {};
}

Status set_critical(CertificateOptions& options, std::string_view name, std::string_view data) {
  if (name == "force-command") {
    PYSSHRP_TRY(set_once(options.rights.command, name, data));
    if (sftp::is_internal_sftp(*options.rights.command))
      options.rights.sftp = PYSSHRP_TRY(sftp::parse_server_options(*options.rights.command));
    return {};
  }
  if (name == "source-address") {
    PYSSHRP_TRY(set_once(options.source_address, name, data));
    const auto is_network = [](std::string_view entry) { return Network::parse(entry).has_value(); };
    if (all_entries(*options.source_address, is_network)) return {};
    return Error{"has a source-address that is no list of addresses"};
  }
  // Of verify-required, too: libssh does not tell what a security key's signature says of its user.
  return Error{"has the critical option \"" + excerpt(name) + "\", which is not understood here"};
}

Status set_extension(CertificateOptions& options, std::string_view name, std::string_view data) {
  for (const Extension& extension : kExtensions) {
    if (extension.name != name) continue;
    if (!data.empty()) return Error{"has the extension \"" + std::string{name} + "\", which cannot be read"};
    options.rights.*extension.right = true;
  }
  return {};  // what is not known grants nothing
}

template <class Set>
Status each_of(CertificateOptions& options, std::string_view list, Set set) {
  for (ByteReader reader{list}; !reader.left().empty();) {
    const auto name = reader.string(), data = reader.string();
    PYSSHRP_TRY(set(options, name, data));
  }
  return {};
}

}  // namespace

Result<CertificateOptions> options_of(const Certificate& certificate) {
  CertificateOptions options;
  for (const Extension& extension : kExtensions) options.rights.*extension.right = false;
  PYSSHRP_TRY(each_of(options, certificate.critical_options, set_critical));
  PYSSHRP_TRY(each_of(options, certificate.extensions, set_extension));
  return options;
}

Result<KeyRights> granted_by(const Certificate& certificate, const Login& login) {
  auto options = PYSSHRP_TRY(options_of(certificate));
  if (!options.admits(login.from)) return Error{"is not for who comes from there"};
  PYSSHRP_TRY(certificate.holds_for(login.principals, login.now));
  PYSSHRP_TRY(certificate.verify());
  return std::move(options.rights);
}

bool CertificateOptions::admits(const std::optional<Address>& from) const {
  if (!source_address) return true;
  return from && !all_entries(*source_address, [&](std::string_view entry) {
           const auto network = Network::parse(entry);
           return !network || !network->contains(*from);
         });
}

}  // namespace pysshrp::auth
