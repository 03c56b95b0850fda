#include "monitor/certify.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "../auth/keys.h"
#include "../config/directory.h"
#include "auth/certificate.h"
#include "auth/certificate_options.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::monitor {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

const system_clock::time_point kNow{1'800'000'000s};

route::Route route_of(const std::function<void(route::Route&)>& change = [](route::Route&) {}) {
  route::Route route;
  route.upstream_user = UserName{"deploy"};
  change(route);
  return route;
}

auth::CertificateTerms terms(const route::Route& route, const auth::KeyRights& rights = {}) {
  const auto terms = terms_of(route, {"alice", "192.0.2.1", "4711", rights, Address::parse("198.51.100.7")}, kNow, 5);
  EXPECT_TRUE(terms) << terms.error().what;
  return *terms;
}

/// The rights, a letter each, and the command.
std::string granted(const auth::KeyRights& rights) {
  std::string text;
  for (const auto& [letter, right] : {std::pair{'t', rights.pty},
                                      {'p', rights.port_forwarding},
                                      {'a', rights.agent_forwarding},
                                      {'x', rights.x11_forwarding},
                                      {'r', rights.user_rc}})
    if (right) text += letter;
  return text + (rights.command ? " " + *rights.command : "");
}

TEST(Certify, SaysWhoComesAndForHowLong) {
  const auto of = terms(route_of());
  EXPECT_EQ(of.key_id, "alice@192.0.2.1 pysshrp 4711");
  EXPECT_EQ(of.serial, 5U);
  EXPECT_EQ(of.principals, std::vector<std::string>{"deploy"});
  EXPECT_EQ(of.from, system_clock::time_point{kNow - 1min});
  EXPECT_EQ(of.until, system_clock::time_point{kNow + 2min});
  EXPECT_FALSE(of.source_address);
  const std::vector<std::string> named{"web", "db"};
  EXPECT_EQ(terms(route_of([&](auto& route) { route.upstream_principals = named; })).principals, named);
}

TEST(Certify, GrantsNoMoreThanTheRoute) {
  struct Row {
    const char* granted;
    std::function<void(route::Route&)> change;
  };
  const Row kRows[] = {
      {"tpaxr", [](auto&) {}},
      {"taxr", [](auto& route) { route.allow_forwarding = route::Forwarding::no; }},
      {"tpaxr", [](auto& route) { route.allow_forwarding = route::Forwarding::local; }},
      {"tpxr", [](auto& route) { route.allow_agent = false; }},
      {"tpar", [](auto& route) { route.allow_x11 = false; }},
      {"pax internal-sftp", [](auto& route) { route.allow_ssh = false; }},
      {"pax /bin/false", [](auto& route) { route.allow_ssh = route.allow_sftp = false; }},
      {"pax internal-sftp -u 0027",
       [](auto& route) {
         route.allow_ssh = false;
         route.upstream_certificate_command = "internal-sftp -u 0027";
       }},
      {"pax",
       [](auto& route) {
         route.allow_ssh = false;
         route.upstream_certificate_command = "none";
       }},
      {"tpaxr uptime", [](auto& route) { route.upstream_certificate_command = "uptime"; }},
  };
  for (const Row& row : kRows) EXPECT_EQ(granted(terms(route_of(row.change)).rights), row.granted);
}

TEST(Certify, GrantsNoMoreThanTheClientsProof) {
  for (const auto right : {&auth::KeyRights::pty, &auth::KeyRights::port_forwarding, &auth::KeyRights::agent_forwarding,
                           &auth::KeyRights::x11_forwarding, &auth::KeyRights::user_rc}) {
    auth::KeyRights rights;
    rights.*right = false;
    EXPECT_FALSE(terms(route_of(), rights).rights.*right);
  }
  auth::KeyRights forced;
  forced.command = "uptime";
  EXPECT_EQ(granted(terms(route_of(), forced).rights), "tpaxr uptime");
  // Also before what the route forces.
  EXPECT_EQ(granted(terms(route_of([](auto& route) { route.upstream_certificate_command = "id"; }), forced).rights),
            "tpaxr uptime");
  EXPECT_EQ(granted(terms(route_of([](auto& route) { route.allow_ssh = false; }), forced).rights), "pax uptime");
}

TEST(Certify, HoldsForTheAddressThatTheUpstreamSees) {
  const auto route = route_of([](auto& to) { to.upstream_certificate_source_address = true; });
  EXPECT_EQ(terms(route).source_address, "198.51.100.7");
  const auto unknown = terms_of(route, {"alice", "unix", "4711", {}, {}}, kNow, 5);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().what,
            "upstream_certificate_source_address: the address that the upstream sees is not known");
}

/// What a command prints.
std::string output_of(const std::string& command) {
  std::string text;
  FILE* const out = ::popen(command.c_str(), "r");
  for (int c = 0; out && (c = std::fgetc(out)) != EOF;) text += static_cast<char>(c);
  if (out) ::pclose(out);
  return text;
}

class Certified : public testing::TestWithParam<const char*> {};

// ssh-keygen reads it, and verifies the signature.
TEST_P(Certified, IsACertificateOfTheAuthority) {
  const config::Directory directory;
  const std::string file = directory.path("authority");
  ASSERT_EQ(
      std::system(("ssh-keygen -q -N '' " + std::string{GetParam()} + " -f " + file + " && chmod 400 " + file).c_str()),
      0);
  const auto route = route_of([&](auto& to) {
    to.upstream_ca_key = file;
    to.upstream_certificate_source_address = true;
  });
  auth::KeyRights rights;
  rights.x11_forwarding = false;
  rights.command = "id -un";
  const CertifiedLogin login{"alice", "192.0.2.1", "4711", rights, Address::parse("198.51.100.7")};
  const auto key = certify(route, login);
  ASSERT_TRUE(key) << key.error().what;
  const std::string_view type = "ssh-ed25519-cert-v01@openssh.com";
  const auto certificate = auth::parse_certificate(type, key->blob());
  ASSERT_TRUE(certificate) << certificate.error().what;
  EXPECT_TRUE(certificate->verify());
  EXPECT_TRUE(certificate->holds_for({"deploy"}, system_clock::now()));
  EXPECT_FALSE(certificate->holds_for({"deploy"}, system_clock::now() + 5min));
  EXPECT_FALSE(certificate->holds_for({"alice"}, system_clock::now()));
  const auto options = auth::options_of(*certificate);
  ASSERT_TRUE(options) << options.error().what;
  EXPECT_EQ(granted(options->rights), "tpar id -un");
  EXPECT_EQ(options->source_address, "198.51.100.7");

  directory.write("shown", std::string{type} + ' ' + encode_base64(key->blob()) + '\n');
  const std::string printed = output_of("ssh-keygen -L -f " + directory.path("shown"));
  for (const char* line :
       {"Type: ssh-ed25519-cert-v01@openssh.com user certificate", "\"alice@192.0.2.1 pysshrp 4711\"",
        "force-command id -un", "source-address 198.51.100.7", "permit-user-rc"})
    EXPECT_NE(printed.find(line), printed.npos) << line << " in " << printed;

  // Each has a key and a number of its own.
  const auto other = certify(route, login);
  ASSERT_TRUE(other);
  const auto another = auth::parse_certificate(type, other->blob());
  ASSERT_TRUE(another);
  EXPECT_NE(another->serial, certificate->serial);
  EXPECT_NE(another->plain_key, certificate->plain_key);
}
INSTANTIATE_TEST_SUITE_P(Of, Certified,
                         testing::Values("-t ed25519", "-t ecdsa -b 256", "-t ecdsa -b 384", "-t ecdsa -b 521",
                                         "-t rsa -b 2048"));

TEST(Certify, SaysWhatIsWrongWithTheAuthority) {
  const auto key = certify(route_of([](auto& to) { to.upstream_ca_key = "/none"; }), {"alice", "unix", "1", {}, {}});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().what, "upstream_ca_key: /none: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace pysshrp::monitor
