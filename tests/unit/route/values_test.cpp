#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "config/keys.h"
#include "routing.h"

namespace pysshrp::route {
namespace {

TEST(Find, DefaultsAreThoseOfTheManual) {
  const auto route = found("[server a]\nuser = ^a\nupstream_host = a.lan\n", "alice");
  EXPECT_EQ(route.upstream_host.front().text(), "a.lan");
  EXPECT_EQ(route.upstream_port, 22);
  EXPECT_EQ(route.upstream_user.text(), "alice");
  EXPECT_EQ(route.connect_timeout, std::chrono::seconds{10});
  EXPECT_FALSE(route.upstream_bind);
  EXPECT_TRUE(route.allow_ssh);
  EXPECT_TRUE(route.allow_sftp);
  EXPECT_EQ(route.upstream_root_path, "");
  EXPECT_EQ(route.sftp_access, SftpAccess::read_write);
  EXPECT_EQ(route.sftp_symlinks, SftpSymlinks::inside);
  EXPECT_FALSE(route.sftp_log);
  EXPECT_FALSE(route.password);
  EXPECT_FALSE(route.upstream_password);
  EXPECT_EQ(route.authorized_keys, "");
  EXPECT_EQ(route.upstream_authorized_keys, ".ssh/authorized_keys");
  EXPECT_EQ(route.upstream_key, "");
  EXPECT_EQ(route.upstream_certificate, "");
  EXPECT_FALSE(route.upstream_agent);
  EXPECT_EQ(route.upstream_known_hosts, "/etc/pysshrp/known_hosts");
  EXPECT_TRUE(route.upstream_host_key.empty());
  EXPECT_EQ(route.upstream_host_key_check, HostKeyCheck::strict);
  for (const auto& names : {route.upstream_kex_algorithms, route.upstream_ciphers, route.upstream_macs,
                            route.upstream_host_key_algorithms, route.upstream_public_key_algorithms})
    EXPECT_EQ(names, "");
  EXPECT_EQ(route.upstream_rsa_min_bits, 2048U);
}

TEST(Find, ReadsEveryKey) {
  const auto route = found(R"(
[defaults]
upstream_port = 2022
allow_ssh = no
[server a]
user = a
upstream_host = 2001:db8::1
upstream_port = 2222
upstream_user = root
connect_timeout = 2min
upstream_bind = 192.0.2.1
upstream_root_path = www/
allow_sftp = off
sftp_access = upload-only
sftp_symlinks = deny
sftp_log = yes
from = 192.0.2.0/24, 2001:db8::/32
password = local one
authorized_keys = /etc/keys/a\1b
upstream_password = a\1b
upstream_key = /etc/key
upstream_certificate = /etc/key-cert.pub
upstream_agent = off
upstream_known_hosts = /etc/known
upstream_host_key = SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
upstream_host_key_check = accept-new
upstream_kex_algorithms = +diffie-hellman-group14-sha1, diffie-hellman-group1-sha1
upstream_ciphers = aes128-cbc
upstream_macs = hmac-sha1
upstream_host_key_algorithms = ssh-rsa
upstream_public_key_algorithms = +ssh-rsa
upstream_rsa_min_bits = 1024
)",
                           "a", "192.0.2.9");
  EXPECT_EQ(route.upstream_host.front().text(), "2001:db8::1");
  EXPECT_EQ(route.upstream_port, 2222);
  EXPECT_EQ(route.upstream_user.text(), "root");
  EXPECT_EQ(route.connect_timeout, std::chrono::seconds{120});
  EXPECT_EQ(route.upstream_bind, Address::parse("192.0.2.1"));
  EXPECT_FALSE(route.allow_ssh);
  EXPECT_FALSE(route.allow_sftp);
  EXPECT_EQ(route.upstream_root_path, "www");
  EXPECT_EQ(route.sftp_access, SftpAccess::upload_only);
  EXPECT_EQ(route.sftp_symlinks, SftpSymlinks::deny);
  EXPECT_TRUE(route.sftp_log);
  EXPECT_EQ(route.from.size(), 2u);
  ASSERT_TRUE(route.password);
  EXPECT_EQ(route.password->reveal(), "local one");
  ASSERT_TRUE(route.upstream_password);
  EXPECT_EQ(route.upstream_password->reveal(), "a\\1b");
  EXPECT_EQ(route.authorized_keys, "/etc/keys/a\\1b");
  EXPECT_EQ(route.upstream_key, "/etc/key");
  EXPECT_EQ(route.upstream_certificate, "/etc/key-cert.pub");
  EXPECT_FALSE(route.upstream_agent);
  EXPECT_EQ(route.upstream_known_hosts, "/etc/known");
  ASSERT_EQ(route.upstream_host_key.size(), 1u);
  EXPECT_EQ(route.upstream_host_key[0].text(), "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(route.upstream_host_key_check, HostKeyCheck::accept_new);
  EXPECT_EQ(route.upstream_kex_algorithms, "+diffie-hellman-group14-sha1,diffie-hellman-group1-sha1");
  EXPECT_EQ(route.upstream_ciphers, "aes128-cbc");
  EXPECT_EQ(route.upstream_macs, "hmac-sha1");
  EXPECT_EQ(route.upstream_host_key_algorithms, "ssh-rsa");
  EXPECT_EQ(route.upstream_public_key_algorithms, "+ssh-rsa");
  EXPECT_EQ(route.upstream_rsa_min_bits, 1024U);
}

TEST(Find, ReadsWhereKeysAreLookedUpAndWhoSigns) {
  const std::string server{"[server a]\nuser = a\nupstream_host = a.lan\n"};
  for (const auto* file : {"keys", "/etc/ssh/keys/a", ".ssh/authorized_keys2", "a b"})
    EXPECT_EQ(
        found(server + "upstream_key = /key\nupstream_authorized_keys = " + file + '\n', "a").upstream_authorized_keys,
        file);
  for (const auto* wrong : {"~/.ssh/authorized_keys", ".ssh/", "/"})
    EXPECT_EQ(refused(server + "upstream_key = /key\nupstream_authorized_keys = " + wrong + '\n', "a").why, Why::faulty)
        << wrong;
  EXPECT_TRUE(found(server + "upstream_agent = yes\n", "a").upstream_agent);
}

TEST(Find, CapturesExpandInEveryUpstreamValue) {
  const auto route = found(R"(
[server web]
user = ^(?P<name>[a-z]+)-(\d+)(-x)?$
upstream_host = \g<name>\g<3>.lan
upstream_port = 22\2
upstream_user = \g<0>
password = \g<name>
upstream_password = p\g<name>
upstream_root_path = /srv//www/\g<name>/\2/
upstream_known_hosts = /etc/hosts.d/\g<name>/known_hosts
upstream_authorized_keys = /etc/keys/\g<name>-\2
upstream_key = /etc/pysshrp/\g<name>
upstream_certificate = /etc/pysshrp/\g<name>-cert.pub
)",
                           "web-7");
  EXPECT_EQ(route.upstream_host.front().text(), "web.lan");
  EXPECT_EQ(route.upstream_port, 227);
  EXPECT_EQ(route.upstream_user.text(), "web-7");
  EXPECT_EQ(route.password->reveal(), "\\g<name>") << "no upstream_ value";
  EXPECT_EQ(route.upstream_password->reveal(), "pweb");
  EXPECT_EQ(route.upstream_known_hosts, "/etc/hosts.d/web/known_hosts");
  EXPECT_EQ(route.upstream_authorized_keys, "/etc/keys/web-7");
  EXPECT_EQ(route.upstream_key, "/etc/pysshrp/web");
  EXPECT_EQ(route.upstream_certificate, "/etc/pysshrp/web-cert.pub");
  EXPECT_EQ(route.upstream_root_path, "/srv/www/web/7");
  EXPECT_EQ(route.match, R"(pattern ^(?P<name>[a-z]+)-(\d+)(-x)?$)");
}

TEST(Find, CapturesExpandInEveryHostOfAList) {
  const auto route = found("[server a]\nuser = ^web(.*)\nupstream_host = a\\1.lan, b\\1.lan:22\\1\n", "web7");
  EXPECT_EQ(route.upstream_host, (std::vector{Host{HostName{"a7.lan"}}, Host{HostName{"b7.lan"}, 227}}));
}

TEST(Find, ACaptureNamesTheFileOfAuthorizedKeys) {
  const std::string file{R"([server a]
user = ^(.+)@a$
upstream_host = a.lan
authorized_keys = /etc/keys/\1
upstream_agent = yes
)"};
  EXPECT_EQ(found(file, "joe@a").authorized_keys, "/etc/keys/joe");
  EXPECT_EQ(refused(file, "../joe@a").why, Why::unsafe);
}

TEST(Find, WithARootPathAShellIsNotAllowedUnlessTheFileSaysSo) {
  const auto allows = [](const std::string& defaults, const std::string& own) {
    return found("[defaults]\n" + defaults + "[server a]\nuser = a\nupstream_host = a.lan\n" + own, "a").allow_ssh;
  };
  const std::string root = "upstream_root_path = /srv\n", yes = "allow_ssh = yes\n", no = "allow_ssh = no\n";
  EXPECT_FALSE(allows("", root));
  EXPECT_FALSE(allows(root, ""));
  EXPECT_FALSE(allows("", "upstream_root_path = /\nupstream_sftp = internal\n"));
  for (const auto& own : {yes + root, root + yes}) EXPECT_TRUE(allows("", own)) << own;
  EXPECT_TRUE(allows(root, yes));
  EXPECT_TRUE(allows(yes, root));
  EXPECT_FALSE(allows(yes, root + no));
}

TEST(Find, ForwardingIsAllowedAsAShellIsUnlessTheFileSaysOtherwise) {
  const auto allows = [](const std::string& keys) {
    const auto route = found("[server a]\nuser = a\nupstream_host = a.lan\n" + keys, "a");
    return std::tuple{route.allow_forwarding, route.allow_agent, route.allow_x11};
  };
  const std::tuple all{Forwarding::yes, true, true}, none{Forwarding::no, false, false};
  EXPECT_EQ(allows(""), all);
  EXPECT_EQ(allows("allow_ssh = no\n"), none);
  EXPECT_EQ(allows("upstream_root_path = /srv\n"), none);
  EXPECT_EQ(allows("upstream_root_path = /srv\nallow_ssh = yes\n"), all);
  EXPECT_EQ(allows("allow_forwarding = local\nallow_ssh = no\nallow_agent = yes\n"),
            (std::tuple{Forwarding::local, true, false}));
  EXPECT_EQ(allows("upstream_root_path = /srv\nallow_x11 = yes\n"), (std::tuple{Forwarding::no, false, true}));
  EXPECT_EQ(allows("allow_forwarding = remote\n"), (std::tuple{Forwarding::remote, true, true}));
}

struct Typed {
  const char *what, *value;
  std::vector<std::string> good, bad;
};

TEST(Find, WhatAClientTypedNeverBecomesMoreThanAValue) {
  const Typed table[] = {
      {"upstream_host",
       R"(\1)",
       {"web", "web.example.lan", "192.0.2.7", "a-b"},
       {"", "evil.com#", "a b", "-oProxyCommand=x", "a/b", "..", ".", "a..b", "a,b", "a:22", "[::1]:22", "user@host",
        "a%b", "*", "$(x)", "`x`", "a\\b", "é"}},
      {"upstream_host",
       R"(a.lan:2022, web\1.lan:2023, [::1])",
       {"", "1", "-x"},
       {",b", ":1", ",[::2]:1,b", "]", "[", "a:22", "::1", " ", "/", "@"}},
      {"upstream_host", R"([\1]:22)", {"::1", "2001:db8::1"}, {"", "a", "a:b", "::1]:23,[::1", "::1,::2"}},
      {"upstream_host", R"(web\1.lan)", {"1", "-x"}, {"/", "#", " ", ",evil.com", ":22,evil.com", "..", "@"}},
      {"upstream_port",
       R"(\1)",
       {"1", "22", "65535"},
       {"", "0", "65536", "22 ", " 22", "+22", "-1", "0x16", "22a", "99999999999999999999", "ssh"}},
      {"upstream_user", R"(\1)", {"root", "a b", "../x", "é"}, {""}},
      {"upstream_known_hosts",
       R"(/k/\1)",
       {"web", "...", "-x"},
       {"", ".", "..", "a/b", "/", "/etc/passwd", "../x", "a/.."}},
      {"upstream_known_hosts", R"(/k/.\1)", {"x"}, {"", "."}},
      {"upstream_authorized_keys",
       "/keys/\\1\nupstream_key = /key",
       {"web", "...", "~"},
       {"", ".", "..", "a/b", "/", "../x"}},
      {"upstream_authorized_keys",
       "\\1\nupstream_key = /key",
       {"web", ".x"},
       {"", ".", "..", "a/b", "/", "/etc/passwd", "~", "~root"}},
      {"upstream_key", R"(/keys/\1)", {"web", "...", "-x"}, {"", ".", "..", "a/b", "/", "/etc/passwd", "../x"}},
      {"upstream_root_path",
       R"(/srv/\1)",
       {"web", "...", "-x", "~"},
       {"", ".", "..", "a/b", "/", "/etc", "../x", "a/.."}},
      {"upstream_root_path", R"(/srv/.\1/www)", {"x", ".x"}, {"", ".", "./"}},
      {"upstream_root_path", R"(\1)", {"web", "a b"}, {"", ".", "..", "/", "/etc", "~", "~root"}},
  };
  for (const auto& row : table) {
    const std::string host = std::string_view{row.what} == "upstream_host" ? "" : "upstream_host = a.lan\n";
    const std::string file{"[server a]\nuser = ^u(.*)$\n" + host + row.what + " = " + row.value + "\n"};
    for (const auto& capture : row.good)
      EXPECT_EQ(found(file, 'u' + capture).server, "a") << row.what << " = " << row.value << ": " << capture;
    for (const auto& capture : row.bad) {
      const auto refusal = refused(file, 'u' + capture);
      EXPECT_EQ(refusal.why, Why::unsafe) << row.what << " = " << row.value << ": " << capture;
      EXPECT_EQ(refusal.server, "a");
      EXPECT_EQ(refusal.what.find(row.what), 0u) << refusal.what;
    }
  }
}

TEST(Find, ACaptureAddsNothingToAList) {
  for (const std::string list :
       {"authorized_principals = \\1-admins", "upstream_principals = a, \\1", "upstream_host_key = SHA256:\\1"}) {
    const std::string file =
        "[server a]\nuser = ^u(.*)$\nupstream_host = h\ntrusted_user_ca_keys = /ca.pub\nupstream_ca_key = /ca\n" +
        list + '\n';
    const std::string one(43, 'A');
    EXPECT_EQ(found(file, 'u' + one).server, "a") << list;
    for (const auto* more : {",mallory,x", ", mallory", " mallory"}) {
      const auto refusal = refused(file, 'u' + one + more);
      EXPECT_EQ(refusal.why, Why::unsafe) << list << more;
      EXPECT_NE(refusal.what.find(" is not part of one item of a list"), std::string::npos) << refusal.what;
    }
  }
}

TEST(Find, AnAddressInBracketsIsNoHost) {
  EXPECT_EQ(refused("[server a]\nuser = ^(.*)$\nupstream_host = \\1\n", "[::1]").why, Why::unsafe);
}

TEST(RouteTexts, MakeTheSameRouteAgainWithoutItsSecrets) {
  const auto route = found(
      "[server a]\nuser = ^a(.*)$\nupstream_host = \\1.lan:22, b.lan\nupstream_root_path = /srv/\\1\nallow_ssh = yes\n"
      "password = one\nupstream_password = two\nfrom = 192.0.2.0/24\nupstream_key = /keys/\\1\n",
      "aweb", "192.0.2.1");
  const auto again = read(route.texts, UserName{"aweb"});
  ASSERT_TRUE(again) << again.error().what;
  auto shown = explain(route);
  for (auto& [key, value] : shown)
    if (key == "password" || key == "upstream_password") value = "none";
  EXPECT_EQ(explain(*again), shown);
  for (const auto& text : route.texts) EXPECT_FALSE(text.text == "one" || text.text == "two");
}

TEST(RouteTexts, OfNoKeyAreAnError) {
  const auto at = [](std::string_view name) {
    const auto keys = config::keys();
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == name; });
    return static_cast<std::uint8_t>(key - keys.begin());
  };
  const RouteText host{at("upstream_host"), "h"};
  const UserName user{"u"};
  EXPECT_TRUE(read({host}, user));
  EXPECT_FALSE(read({}, user));
  for (const char* const name : {"password", "upstream_password", "user", "include"})
    EXPECT_FALSE(read({host, {at(name), "x"}}, user)) << name;
  EXPECT_FALSE(read({host, {200, "x"}}, user));
  EXPECT_FALSE(read({host, {at("upstream_port"), "x"}}, user));
}

using Facts = std::vector<std::pair<std::string, std::string>>;

TEST(Explain, NamesEveryKeyInTheOrderOfTheTable) {
  EXPECT_EQ(explain(found("[server a]\nuser = a\nupstream_host = a.lan\n", "a")),
            (Facts{{"upstream_host", "a.lan"},
                   {"upstream_port", "22"},
                   {"upstream_user", "a"},
                   {"upstream_order", "ordered"},
                   {"connect_timeout", "10s"},
                   {"upstream_bind", "none"},
                   {"upstream_proxy_protocol", "off"},
                   {"upstream_root_path", "none"},
                   {"upstream_sftp", "external"},
                   {"sftp_access", "read-write"},
                   {"sftp_symlinks", "inside"},
                   {"sftp_log", "no"},
                   {"allow_ssh", "yes"},
                   {"allow_sftp", "yes"},
                   {"allow_forwarding", "yes"},
                   {"allow_agent", "yes"},
                   {"allow_x11", "yes"},
                   {"from", "any"},
                   {"password", "none"},
                   {"authorized_keys", "none"},
                   {"trusted_user_ca_keys", "none"},
                   {"authorized_principals", "the client's user name"},
                   {"revoked_keys", "none"},
                   {"upstream_authorized_keys", "none"},
                   {"upstream_password", "none"},
                   {"upstream_key", "none"},
                   {"upstream_certificate", "none"},
                   {"upstream_ca_key", "none"},
                   {"upstream_principals", "none"},
                   {"upstream_certificate_command", "none"},
                   {"upstream_certificate_source_address", "no"},
                   {"upstream_agent", "no"},
                   {"upstream_known_hosts", "/etc/pysshrp/known_hosts"},
                   {"upstream_host_key", "none"},
                   {"upstream_host_key_check", "strict"},
                   {"upstream_kex_algorithms", "as in [pysshrp]"},
                   {"upstream_ciphers", "as in [pysshrp]"},
                   {"upstream_macs", "as in [pysshrp]"},
                   {"upstream_host_key_algorithms", "as in [pysshrp]"},
                   {"upstream_public_key_algorithms", "a modern set"},
                   {"upstream_rsa_min_bits", "2048"}}));
}

TEST(Explain, SaysItInTheWordsOfTheFile) {
  const std::pair<const char*, std::vector<std::string>> words[] = {
      {"upstream_host", {"b.lan, c.lan:2222, [::1]:22"}},
      {"upstream_order", {"ordered", "random", "hash-user", "hash-source"}},
      {"upstream_proxy_protocol", {"off", "v1", "v2"}},
      {"upstream_root_path", {"/srv/www", "www", "sub/www"}},
      {"upstream_sftp", {"external", "internal"}},
      {"allow_ssh", {"yes", "no"}},
      {"allow_forwarding", {"no", "local", "remote", "yes"}},
      {"allow_agent", {"yes", "no"}},
      {"allow_x11", {"yes", "no"}},
      {"sftp_access", {"read-write", "read-only", "upload-only"}},
      {"sftp_symlinks", {"inside", "follow", "deny"}},
      {"sftp_log", {"yes", "no"}},
      {"upstream_key", {"/etc/pysshrp/key"}},
      {"upstream_agent", {"yes", "no"}},
      {"upstream_host_key_check", {"strict", "accept-new", "insecure"}},
  };
  for (const auto& [key, values] : words)
    for (const auto& value : values) {
      const std::string host = std::string_view{key} == "upstream_host" ? "" : "upstream_host = a.lan\n";
      const auto facts = explain(found("[server a]\nuser = a\n" + host + key + " = " + value + "\n", "a"));
      EXPECT_EQ(std::count(facts.begin(), facts.end(), Facts::value_type{key, value}), 1) << key << " = " << value;
    }
}

TEST(Explain, SaysWhereKeysAreLookedUpOnlyWhereTheyAre) {
  const auto at = [](const std::string& keys) {
    const auto facts = explain(found("[server a]\nuser = a\nupstream_host = a.lan\n" + keys, "a"));
    return facts[23].first == "upstream_authorized_keys" ? facts[23].second : "another key";
  };
  EXPECT_EQ(at(""), "none");
  EXPECT_EQ(at("upstream_agent = yes\n"), "none");
  EXPECT_EQ(at("upstream_key = /key\n"), ".ssh/authorized_keys");
  EXPECT_EQ(at("upstream_key = /key\nupstream_authorized_keys = keys\n"), "keys");
  EXPECT_EQ(at("upstream_key = /key\nauthorized_keys = /keys\n"), "none");
}

TEST(Explain, ShowsNoSecrets) {
  const std::string file{
      "[server a]\nuser = a\nupstream_host = a.lan\npassword = s3cret1\nupstream_password = s3cret2\nfrom = 192.0.2.1, "
      "::/0\n"};
  const auto facts = explain(found(file, "a", "192.0.2.1"));
  for (const auto& [key, value] : facts) EXPECT_EQ(value.find("s3cret"), std::string::npos) << key;
  EXPECT_EQ(facts[17].second, "192.0.2.1/32, ::/0");
  EXPECT_EQ(facts[18].second, "set");
  EXPECT_EQ(facts[24].second, "set");
}

}  // namespace
}  // namespace pysshrp::route
