#include "auth/certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "auth/authorized_keys.h"
#include "auth/certificate_options.h"
#include "auth/fingerprint.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/handle.h"
#include "keys.h"

namespace pysshrp::auth {
namespace {

using namespace std::string_literals;

constexpr const char* kType = "ssh-ed25519-cert-v01@openssh.com";
constexpr std::uint64_t kForever = ~std::uint64_t{0};
const auto kNow = std::chrono::sys_seconds{std::chrono::seconds{1'785'585'600}};

std::string blob_of_certificate() {
  return *decode_base64(keys::kCertificate);
}

/// A name, and what an option of that name holds.
using Options = std::vector<std::pair<std::string, std::string>>;
std::string held(std::string_view text) {
  return ByteWriter{}.string(text).release();
}
std::string list_of(const Options& options) {
  ByteWriter list;
  for (const auto& [name, data] : options) list.string(name).string(data);
  return list.release();
}

/// Certifies keys::kEd25519.
class Authority {
 public:
  std::string blob() const {
    std::array<unsigned char, 32> point;
    std::size_t size = point.size();
    EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), point.data(), &size), 1);
    return ByteWriter{}.string("ssh-ed25519").string({reinterpret_cast<const char*>(point.data()), size}).release();
  }
  std::string line() const { return "ssh-ed25519 " + encode_base64(blob()); }

  struct What {
    std::uint32_t of = 1;
    std::vector<std::string> principals = {"demo"};
    std::uint64_t after = 0, before = kForever;
    Options critical = {}, extensions = {{"permit-pty", ""}};
    std::string authority = {};  ///< empty: the blob of this one
    std::string id = "me";
  };
  std::string certify(const What& what) const {
    ByteReader plain{plain_};
    plain.string();
    ByteWriter principals, body;
    for (const auto& name : what.principals) principals.string(name);
    body.string(kType).string("nonce").string(plain.string()).u64(7).u32(what.of).string(what.id);
    body.string(principals.view()).u64(what.after).u64(what.before);
    body.string(list_of(what.critical)).string(list_of(what.extensions)).string("");
    body.string(what.authority.empty() ? blob() : what.authority);
    return body.string(sign(body.view())).release();
  }

 private:
  std::string sign(std::string_view data) const {
    const std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>> context{EVP_MD_CTX_new()};
    std::array<unsigned char, 64> signature;
    std::size_t size = signature.size();
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size,
                             reinterpret_cast<const unsigned char*>(data.data()), data.size()),
              1);
    const std::string_view bytes{reinterpret_cast<const char*>(signature.data()), size};
    return ByteWriter{}.string("ssh-ed25519").string(bytes).release();
  }

  const std::string plain_ = *decode_base64(keys::kEd25519);
  const std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>> key_{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
};

KeyLookupResult look_up(const std::string& file, const std::string& blob, std::string_view user = "demo",
                        std::string_view from = "192.0.2.7") {
  return look_up_key(file, {kType, encode_base64(blob), Address::parse(from), kNow, user});
}
/// Why a line that has its authority does not grant by a certificate; empty: it does.
std::string why_not(const Authority& authority, const Authority::What& what, const std::string& options = "") {
  const auto found = look_up("cert-authority" + options + ' ' + authority.line(), authority.certify(what));
  return found.rights ? "" : found.notes.empty() ? "?" : found.notes.front();
}

TEST(Certificate, IsReadAsSshKeygenWroteIt) {
  const std::string blob = blob_of_certificate();
  const auto certificate = parse_certificate(kType, blob);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->plain_key, *decode_base64(keys::kEd25519));
  EXPECT_EQ(certificate->authority, *decode_base64(keys::kOther));
  EXPECT_EQ(certificate->key_id, "x");
  EXPECT_EQ(certificate->serial, 0U);
  EXPECT_EQ(certificate->principals, std::vector<std::string_view>{"root"});
  EXPECT_EQ(certificate->valid_after, 0U);
  EXPECT_EQ(certificate->valid_before, kForever);
  EXPECT_TRUE(certificate->verify());
}

TEST(Certificate, GrantsByTheLineOfItsAuthority) {
  const auto found =
      look_up("# who\ncert-authority ssh-ed25519 " + std::string{keys::kOther} + '\n', blob_of_certificate(), "root");
  ASSERT_TRUE(found.rights);
  EXPECT_EQ(found.line, 2U);
  EXPECT_TRUE(found.rights->pty && found.rights->port_forwarding && found.rights->agent_forwarding &&
              found.rights->x11_forwarding);
}

// Each byte is signed, or the signature's.
TEST(Certificate, CountsOnlyWhole) {
  const std::string file = "cert-authority ssh-ed25519 " + std::string{keys::kOther}, blob = blob_of_certificate();
  for (std::size_t i = 0; i < blob.size(); ++i) {
    std::string changed = blob;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(look_up(file, changed, "root").rights) << i;
    EXPECT_FALSE(look_up(file, blob.substr(0, i), "root").rights) << i;
  }
  for (const auto& behind : {"\0"s, blob}) EXPECT_FALSE(look_up(file, blob + behind, "root").rights);
}

TEST(Certificate, AnAuthorityIsOneByItsLineOnly) {
  const Authority authority;
  const std::string blob = authority.certify({});
  EXPECT_EQ(look_up(authority.line(), blob).notes.front(),
            "line 1: has the authority's key, but does not say cert-authority");
  const auto plain = look_up_key("cert-authority ssh-ed25519 " + std::string{keys::kEd25519},
                                 {"ssh-ed25519", keys::kEd25519, {}, kNow, "demo"});
  EXPECT_FALSE(plain.rights);
  EXPECT_EQ(plain.notes.front(), "line 1: says cert-authority: its key is for certificates");
  EXPECT_FALSE(look_up("cert-authority " + Authority{}.line(), blob).rights);
}

TEST(Certificate, HoldsForWhomAndWhenItSays) {
  const Authority authority;
  const auto now = static_cast<std::uint64_t>(kNow.time_since_epoch().count());
  const std::string certificate = "line 1: the certificate ";
  using What = Authority::What;
  EXPECT_EQ(why_not(authority, {}), "");
  EXPECT_EQ(why_not(authority, What{.of = 2}), "the certificate is not one of a user");
  EXPECT_EQ(why_not(authority, What{.principals = {}}), certificate + "names no principals");
  for (const auto& names : {std::vector<std::string>{"root"}, {"Demo"}, {"d*"}, {"demo,root"}, {"root", "de"}})
    EXPECT_EQ(why_not(authority, What{.principals = names}), certificate + "has no principal that may log in here");
  EXPECT_EQ(why_not(authority, What{.principals = {"root", "demo"}}), "");
  EXPECT_EQ(why_not(authority, What{.after = now}), "");
  EXPECT_EQ(why_not(authority, What{.after = now + 1}), certificate + "is not valid yet");
  EXPECT_EQ(why_not(authority, What{.before = now + 1}), "");
  EXPECT_EQ(why_not(authority, What{.before = now}), certificate + "has expired");
  EXPECT_EQ(why_not(authority, What{.principals = {"web"}}, ",principals=\"db,web\""), "");
  EXPECT_EQ(why_not(authority, {}, ",principals=\"db,web\""), certificate + "has no principal that may log in here");
  for (const auto* const wrong : {",principals=\"\"", ",principals=\"a,\"", ",principals=\"a\",principals=\"b\""})
    EXPECT_NE(why_not(authority, {}, wrong), "") << wrong;
  EXPECT_EQ(why_not(authority, What{.principals = {"demo\0"s}}),
            "the certificate cannot be read: it is cut or changed");
  EXPECT_EQ(why_not(authority, What{.principals = std::vector<std::string>(257, "demo")}),
            "the certificate cannot be read: it is cut or changed");
}

TEST(Certificate, ItsAuthorityIsNoCertificate) {
  const Authority authority;
  const std::string nested = blob_of_certificate();
  const std::string line = "cert-authority ssh-ed25519-cert-v01@openssh.com " + encode_base64(nested);
  EXPECT_FALSE(look_up(line, authority.certify({.authority = nested}), "demo").rights);
}

TEST(Certificate, CriticalOptionsAreHeldOrRefused) {
  const Authority authority;
  const auto critical = [&](Options options) {
    return why_not(authority, Authority::What{.critical = std::move(options)});
  };
  EXPECT_EQ(critical({{"force-command", held("ls")}}), "");
  EXPECT_EQ(critical({{"source-address", held("192.0.2.0/24")}}), "");
  EXPECT_EQ(critical({{"source-address", held("198.51.100.1,192.0.2.7")}}), "");
  for (const auto* const from : {"198.51.100.1", "!192.0.2.7", "192.0.2.7,", "", "*", "192.0.2.1/24", "host"})
    EXPECT_NE(critical({{"source-address", held(from)}}), "") << from;
  for (const auto& [name, data] : Options{{"verify-required", ""},
                                          {"Force-Command", held("ls")},
                                          {"what", ""},
                                          {"force-command", "ls"},
                                          {"force-command", held("ls") + "x"},
                                          {"force-command", held("l\0s"s)}})
    EXPECT_NE(critical({{name, data}}), "") << name;
  EXPECT_NE(critical({{"force-command", held("ls")}, {"force-command", held("ls")}}), "");
}

TEST(Certificate, GrantsWhatItsExtensionsName) {
  using R = KeyRights;
  const Authority authority;
  const std::pair<const char*, bool R::*> rights[] = {{"permit-pty", &R::pty},
                                                      {"permit-port-forwarding", &R::port_forwarding},
                                                      {"permit-agent-forwarding", &R::agent_forwarding},
                                                      {"permit-X11-forwarding", &R::x11_forwarding}};
  const std::string file = "cert-authority " + authority.line();
  for (const auto& [name, only] : rights) {
    const auto found = look_up(file, authority.certify({.extensions = {{name, ""}, {"unknown", "x"}}}));
    ASSERT_TRUE(found.rights);
    for (const auto& [_, right] : rights) EXPECT_EQ((*found.rights).*right, right == only) << name;
    EXPECT_FALSE(look_up(file, authority.certify({.extensions = {{name, "x"}}})).rights);
    const auto restricted = look_up("restrict," + file, authority.certify({.extensions = {{name, ""}}}));
    EXPECT_FALSE((*restricted.rights).*only) << name;
  }
}

TEST(Certificate, TwoForcedCommandsMustBeOne) {
  const Authority authority;
  const Authority::What forced{.critical = {{"force-command", held("ls")}}};
  EXPECT_EQ(why_not(authority, forced, ",command=\"ls\""), "");
  EXPECT_EQ(why_not(authority, forced, ",command=\"id\""), "line 1: two keys force different commands");
  EXPECT_EQ(look_up("cert-authority " + authority.line(), authority.certify(forced)).rights->command, "ls");
}

TEST(Certificate, ATrustedAuthorityCertifiesThePrincipalsOfTheRoute) {
  const Authority authority;
  const std::string file = "# ours\n" + Authority{}.line() + "\n" + authority.line() + " comment\n";
  const auto granted = [&](const std::string& text, std::vector<std::string> of, std::vector<std::string> wanted) {
    const std::string blob = encode_base64(authority.certify({.principals = std::move(of)}));
    return look_up_authority(text, {kType, blob, {}, kNow, "demo"}, std::move(wanted)).rights.has_value();
  };
  EXPECT_TRUE(granted(file, {"demo"}, {}));
  EXPECT_FALSE(granted(file, {"web"}, {}));
  EXPECT_TRUE(granted(file, {"web"}, {"db", "web"}));
  EXPECT_FALSE(granted(file, {"demo"}, {"db", "web"}));
  EXPECT_FALSE(granted("cert-authority " + authority.line(), {"demo"}, {}));
  EXPECT_FALSE(look_up_authority("ssh-ed25519 " + std::string{keys::kEd25519},
                                 {"ssh-ed25519", keys::kEd25519, {}, kNow, "demo"}, {})
                   .rights);
}

TEST(Certificate, HasANameInTheRecord) {
  const PublicKey key{kType, std::string{keys::kCertificate}};
  const auto name = certificate_name(key);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->key, "ED25519-CERT " + key_text({"", std::string{keys::kEd25519}}).substr(1));
  EXPECT_EQ(name->id, "x");
  EXPECT_EQ(name->serial, 0U);
  EXPECT_EQ(name->authority, key_text({"ssh-ed25519", std::string{keys::kOther}}));
  EXPECT_FALSE(certificate_name({"ssh-ed25519", std::string{keys::kEd25519}}));
}

TEST(Authorities, AreThoseThatCanBeUsed) {
  const std::string key = "ssh-ed25519 " + std::string{keys::kEd25519};
  for (const std::string& good : {key, "# us\n\n  " + key + " us\r\n", "nonsense\n" + key})
    EXPECT_TRUE(check_authorities(good)) << good;
  const auto fault = [](const std::string& text) { return check_authorities(text).error().what; };
  const std::string none = "has no public key of an authority",
                    line = " is none, or has something before it (options are for authorized_keys)";
  EXPECT_EQ(fault(""), none);
  EXPECT_EQ(fault("# nobody\n\r\n"), none);
  EXPECT_EQ(fault("\ncert-authority " + key + '\n'), none + ": line 2" + line);
  EXPECT_EQ(fault("\xef\xbb\xbf" + key), none + ": line 1" + line);
  EXPECT_EQ(fault(std::string{kType} + ' ' + std::string{keys::kCertificate}), none + ": line 1" + line);
  EXPECT_EQ(fault("-----BEGIN OPENSSH PRIVATE KEY-----\n"), none + ": line 1" + line);
}

// As ssh-keygen -l prints them.
TEST(KeyText, IsSshds) {
  const auto text = [](std::string_view type, std::string_view base64) {
    return key_text({std::string{type}, std::string{base64}});
  };
  EXPECT_EQ(text("ssh-ed25519", keys::kEd25519), "ED25519 SHA256:NAJs/XgUoQAjs2VKQhzUk4FDIDDcZpPwE+k4nUyK/x0");
  EXPECT_EQ(text("ssh-rsa", keys::kRsa2048), "RSA SHA256:8013PmJDNZw7mB0/HITcrVUtytL1N6ymLwmi95EzjHo");
  EXPECT_EQ(text("ecdsa-sha2-nistp256", keys::kP256), "ECDSA SHA256:NJirClW3+E1AGsNjmCr9uUpZhmOdGM5Gp45hITbQRHw");
  EXPECT_EQ(text("sk-ssh-ed25519@openssh.com", keys::kSecurityKey),
            "ED25519-SK SHA256:/p0CbeE3dk2SyW1OXXsThGc12ezDVD8eGw2/vtztDfk");
  EXPECT_EQ(text(kType, keys::kCertificate), "ED25519-CERT SHA256:NAJs/XgUoQAjs2VKQhzUk4FDIDDcZpPwE+k4nUyK/x0");
}

}  // namespace
}  // namespace pysshrp::auth
