#include "connection/explain.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::connection {
namespace {

constexpr const char* kFile = R"(
[server web]
user = ^web(?P<id>\d+)$
upstream_host = web\g<id>.lan
upstream_user = root
from = 192.0.2.0/24, ::1
[server mail]
user = joe@example.org
upstream_host = mail.lan
password = s3cret1
upstream_password = s3cret2
[server bad]
user = bad
upstream_host = bad.lan
upstream_port = 70000
)";

Explanation explain(std::string_view who, std::string_view file = kFile) {
  return connection::explain(config::Config::parse("p.ini", file), who);
}

TEST(Explain, SaysWhereAndWhyAndWithWhat) {
  const auto routed = explain("web7@192.0.2.1");
  EXPECT_EQ(routed.status, 0);
  EXPECT_EQ(routed.text, R"(server: web
defined: p.ini:2
match: pattern ^web(?P<id>\d+)$
upstream_host: web7.lan
upstream_port: 22
upstream_user: root
upstream_order: ordered
connect_timeout: 10s
upstream_bind: none
upstream_proxy_protocol: off
upstream_root_path: none
upstream_sftp: external
sftp_access: read-write
sftp_symlinks: inside
sftp_log: no
allow_ssh: yes
allow_sftp: yes
allow_forwarding: yes
allow_agent: yes
allow_x11: yes
from: 192.0.2.0/24, ::1/128
password: none
authorized_keys: none
trusted_user_ca_keys: none
authorized_principals: the client's user name
revoked_keys: none
upstream_authorized_keys: none
upstream_password: none
upstream_key: none
upstream_certificate: none
upstream_ca_key: none
upstream_principals: none
upstream_certificate_command: none
upstream_certificate_source_address: no
upstream_agent: no
upstream_known_hosts: /etc/pysshrp/known_hosts
upstream_host_key: none
upstream_host_key_check: strict
upstream_kex_algorithms: as in [pysshrp]
upstream_ciphers: as in [pysshrp]
upstream_macs: as in [pysshrp]
upstream_host_key_algorithms: as in [pysshrp]
upstream_public_key_algorithms: a modern set
upstream_rsa_min_bits: 2048
login: keyboard-interactive, password
)");
}

TEST(Explain, ARootPathTakesTheShellAway) {
  const auto routed = explain(
      "acme", "[server h]\nuser = ^.+\nupstream_host = h.lan\nupstream_root_path = /srv/www/\\0/\nsftp_log = yes\n");
  EXPECT_EQ(routed.status, 0) << routed.text;
  EXPECT_NE(routed.text.find("\nupstream_root_path: /srv/www/acme\nupstream_sftp: external\nsftp_access: read-write\n"
                             "sftp_symlinks: inside\nsftp_log: yes\nallow_ssh: no\nallow_sftp: yes\n"
                             "allow_forwarding: no\nallow_agent: no\nallow_x11: no\n"),
            std::string::npos)
      << routed.text;
}

TEST(Explain, ARestrictedAccessTakesTheShellAwayUnlessTheFileSaysOtherwise) {
  const std::string closed = "allow_ssh: no\nallow_sftp: yes\nallow_forwarding: no\nallow_agent: no\nallow_x11: no\n";
  const std::string open = "allow_ssh: yes\nallow_sftp: yes\nallow_forwarding: yes\nallow_agent: yes\nallow_x11: yes\n";
  const std::string local = "allow_ssh: no\nallow_sftp: yes\nallow_forwarding: local\nallow_agent: no\nallow_x11: no\n";
  const std::pair<std::string, std::string> cases[] = {
      {"sftp_access = read-only\n", closed},
      {"sftp_access = upload-only\n", closed},
      {"sftp_access = read-write\n", open},
      {"sftp_access = read-only\nallow_ssh = yes\n", open},
      {"allow_ssh = yes\nsftp_access = read-only\n", open},
      {"sftp_access = read-only\nallow_forwarding = local\n", local},
  };
  for (const auto& [lines, expected] : cases) {
    for (const std::string& file : {"[server h]\nuser = a\nupstream_host = h.lan\n" + lines,
                                    "[defaults]\n" + lines + "[server h]\nuser = a\nupstream_host = h.lan\n"}) {
      const auto routed = explain("a", file);
      EXPECT_NE(routed.text.find('\n' + expected), std::string::npos) << file << routed.text;
    }
  }
}

/// What was captured can be a directory that a login reads.
TEST(Explain, ARootThatHoldsStartupFilesIsRefusedWhenTheUserMakesIt) {
  const std::string file = "[server h]\nuser = ^(.+)@h$\nupstream_host = h.lan\nupstream_root_path = \\1\n";
  EXPECT_EQ(explain("www@h", file).status, 0);
  const auto refused = explain(".ssh@h", file);
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.text.find("refused: upstream_root_path: '.ssh' can hold files that the account's login reads"), 0U)
      << refused.text;
  EXPECT_EQ(explain(".ssh@h", file + "upstream_sftp = internal\n").status, 0);
}

TEST(Explain, TheSourceIsWhatFollowsTheLastAtIfItIsAnAddress) {
  for (const auto* who : {"joe@example.org", "joe@example.org@192.0.2.1", "joe@example.org@2001:db8::1"}) {
    const auto routed = explain(who);
    EXPECT_EQ(routed.status, 0) << who;
    EXPECT_EQ(routed.text.substr(0, 13), "server: mail\n") << who;
  }
  EXPECT_EQ(explain("web7@::1").status, 0);
  EXPECT_EQ(explain("web7@[::1]").text, "refused: no server has the user 'web7@[::1]'\n");
}

TEST(Explain, SecretsAreSet) {
  const auto routed = explain("joe@example.org");
  EXPECT_NE(routed.text.find(
                "\npassword: set\nauthorized_keys: none\ntrusted_user_ca_keys: none\nauthorized_principals: the "
                "client's user name\nrevoked_keys: none\nupstream_authorized_keys: none\nupstream_password: set\n"),
            std::string::npos)
      << routed.text;
  EXPECT_EQ(routed.text.find("s3cret"), std::string::npos);
}

TEST(Explain, TheLoginIsWhatTheRouteCanServe) {
  const std::pair<std::string, std::string> logins[] = {
      {"password = x\n", "keyboard-interactive, password"},
      {"authorized_keys = /keys\nupstream_key = /key\n", "publickey"},
      {"upstream_key = /key\npassword = x\n", "publickey, keyboard-interactive, password"},
      {"upstream_agent = yes\n", "publickey, keyboard-interactive, password"},
  };
  for (const auto& [keys, login] : logins) {
    const auto routed = explain("a", "[server a]\nuser = a\nupstream_host = a.lan\n" + keys);
    EXPECT_TRUE(routed.text.ends_with("\nlogin: " + login + '\n')) << keys << routed.text;
  }
}

TEST(Explain, FilesOfKeysAreShownAsTheyAreForTheUser) {
  const auto routed = explain("joe@a", R"([server a]
user = ^(.+)@a$
upstream_host = a.lan
authorized_keys = /keys/\1
upstream_key = /upstream/\1
upstream_certificate = /upstream/\1-cert.pub
)");
  EXPECT_NE(routed.text.find(R"(
authorized_keys: /keys/joe
trusted_user_ca_keys: none
authorized_principals: the client's user name
revoked_keys: none
upstream_authorized_keys: none
upstream_password: none
upstream_key: /upstream/joe
upstream_certificate: /upstream/joe-cert.pub
upstream_ca_key: none
upstream_principals: none
upstream_certificate_command: none
upstream_certificate_source_address: no
upstream_agent: no
)"),
            std::string::npos)
      << routed.text;
}

TEST(Explain, CertificatesAreShownAsTheyWillBe) {
  const std::string server =
      "[server a]\nuser = ^(.+)@a$\nupstream_host = a.lan\nupstream_user = at-a\npassword = x\n"
      "upstream_ca_key = /ca/\\1\n";
  const auto shows = [](const Explanation& shown, const std::string& lines) {
    EXPECT_NE(shown.text.find('\n' + lines + "upstream_certificate_source_address: no\n"), std::string::npos)
        << shown.text;
  };
  shows(explain("joe@a", server),
        "upstream_ca_key: /ca/joe\nupstream_principals: at-a\nupstream_certificate_command: none\n");
  shows(explain("joe@a", server + "upstream_principals = \\1, all\nupstream_root_path = /files\n"),
        "upstream_ca_key: /ca/joe\nupstream_principals: joe, all\nupstream_certificate_command: internal-sftp\n");
  shows(explain("joe@a", server + "allow_ssh = no\nallow_sftp = no\n"),
        "upstream_ca_key: /ca/joe\nupstream_principals: at-a\nupstream_certificate_command: /bin/false\n");
}

TEST(Explain, ARefusalIsOneLine) {
  const std::pair<std::string, std::string> refusals[] = {
      {"nobody", "refused: no server has the user 'nobody'\n"},
      {"web7@garbage", "refused: no server has the user 'web7@garbage'\n"},
      {"", "refused: no server has the user ''\n"},
      {"web7", "refused: an unknown address is not in from\n"},
      {"web7@192.0.3.1", "refused: 192.0.3.1 is not in from\n"},
      {"web7\n@192.0.2.1", "refused: user name with control characters\n"},
      {std::string(256, 'a'), "refused: user name of 256 bytes\n"},
  };
  for (const auto& [who, text] : refusals) {
    const auto refused = explain(who);
    EXPECT_EQ(refused.status, 1) << who;
    EXPECT_EQ(refused.text, text);
  }
}

TEST(Explain, FaultsAreThoseOfCheck) {
  const auto server = explain("bad");
  EXPECT_EQ(server.status, 78);
  EXPECT_EQ(server.text, "p.ini:15: [server bad] upstream_port: '70000' is not a port (1-65535)\n");
  const auto global = explain("joe@example.org", std::string{"[pysshrp]\nlevel = loud\n"} + kFile);
  EXPECT_EQ(global.status, 78);
  EXPECT_EQ(global.text.find("p.ini:2: [pysshrp] level: 'loud' is not"), 0u) << global.text;
}

}  // namespace
}  // namespace pysshrp::connection
