#include "config/values.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pysshrp::config {
namespace {

using namespace std::chrono_literals;

/// What a text that is refused gets to hear.
template <class Read>
std::string refusal(const Read& read, std::string_view text) {
  const auto value = read(text);
  return value ? "taken" : value.error().what;
}

TEST(Values, boolean) {
  for (const auto* yes : {"yes", "true", "on", "1", "YES", "True", "oN"}) EXPECT_TRUE(*boolean(yes)) << yes;
  for (const auto* no : {"no", "false", "off", "0", "NO", "False", "oFf"}) EXPECT_FALSE(*boolean(no)) << no;
  for (const auto* bad : {"", "y", "2", "yess", "ye", "ja", "10"}) EXPECT_FALSE(boolean(bad).has_value()) << bad;
  EXPECT_EQ(refusal(boolean, "maybe"), "'maybe' is not yes or no");
}

TEST(Values, duration_or_off) {
  EXPECT_EQ(*duration_or_off("off"), std::nullopt);
  EXPECT_EQ(*duration_or_off("2min"), 120s);
  for (const auto* bad : {"", "0", "no", "OFF ", "-1", "25h"}) EXPECT_FALSE(duration_or_off(bad).has_value()) << bad;
}

TEST(Values, duration) {
  EXPECT_EQ(*duration("90"), 90s);
  EXPECT_EQ(*duration("90s"), 90s);
  EXPECT_EQ(*duration("2min"), 120s);
  EXPECT_EQ(*duration("1h"), 3600s);
  EXPECT_EQ(*duration("24h"), 24h);
  EXPECT_EQ(*duration("86400"), 24h);
  for (const auto* hour : {"60m", "3600sec", "60minutes", "1hour", "59min60s", "59MIN 60S", "30m30m"}) {
    ASSERT_EQ(refusal(duration, hour), "taken") << hour;
    EXPECT_EQ(*duration(hour), 1h) << hour;
  }
  EXPECT_EQ(*duration("1h30m"), 90min);
  EXPECT_EQ(*duration("1d"), 24h);
  for (const auto* bad : {"1M", "1w", "500ms", "1h30", "1h 30", "30 1h", "1h  2m", "1h ", "1h0m", "2d", "24h1s", "1hm",
                          "h1", "1h,2m", "12h12h1s", "1month"})
    EXPECT_EQ(refusal(duration, bad).find(" is not a duration (90, 90s, 2min, 1h30m; "), std::string{bad}.size() + 2)
        << bad;
  for (const auto* bad : {"", "0", "0s", "s", "-1", "+1", "1.5h", "2 min", " 2", "25h", "86401", "1193047h",
                          "4294967297", "99999999999999999999"})
    EXPECT_FALSE(duration(bad).has_value()) << bad;
  EXPECT_EQ(refusal(duration, "2x"), "'2x' is not a duration (90, 90s, 2min, 1h30m; at least 1s, at most 24h)");
}

TEST(Values, port) {
  EXPECT_EQ(*port("1"), 1);
  EXPECT_EQ(*port("22"), 22);
  EXPECT_EQ(*port("0022"), 22);
  EXPECT_EQ(*port("65535"), 65535);
  for (const auto* bad : {"", "0", "65536", "-1", "+22", " 22", "22 ", "ssh", "22x", "4294967318"})
    EXPECT_FALSE(port(bad).has_value()) << bad;
  EXPECT_EQ(refusal(port, "70000"), "'70000' is not a port (1-65535)");
}

TEST(Values, level) {
  EXPECT_EQ(*level("CRITICAL"), Level::critical);
  EXPECT_EQ(*level("Error"), Level::error);
  EXPECT_EQ(*level("warning"), Level::warning);
  EXPECT_EQ(*level("notice"), Level::notice);
  EXPECT_EQ(*level("info"), Level::info);
  EXPECT_EQ(*level("DEBUG"), Level::debug);
  for (const auto* bad : {"", "warn", "7", "debug1", "verbose"}) EXPECT_FALSE(level(bad).has_value()) << bad;
}

TEST(Values, host) {
  for (const auto* good : {"a", "foo.example.lan", "web-1", "3com.com", "xn--bcher-kva.example", "192.0.2.7",
                           "2001:db8::1", "::1", "0xg.lan", "x0x1", "1a", "a.", "foo.example.lan."})
    EXPECT_TRUE(host(good).has_value()) << good;
  for (const auto* bad : {"",
                          ".",
                          "a..",
                          "10.1.",
                          ".a",
                          "a..b",
                          "-a",
                          "a-",
                          "a b",
                          "a/b",
                          "a\n",
                          "b\xc3\xbc"
                          "cher",
                          "1",
                          "10.1",
                          "300.1.1.1",
                          "2130706433",
                          "0x7f000001",
                          "0x7f.0X1",
                          "0x",
                          "a.0x1",
                          "192.0.2.7.",
                          "fe80::1%eth0",
                          "fe80::1",
                          "$(id)",
                          "-oProxyCommand=x"})
    EXPECT_FALSE(host(bad).has_value()) << bad;
  EXPECT_TRUE(host(std::string(63, 'a')).has_value());
  EXPECT_FALSE(host(std::string(64, 'a')).has_value());
  const auto label = std::string(62, 'a') + '.';
  EXPECT_TRUE(host(label + label + label + label + 'a').has_value());
  EXPECT_FALSE(host(label + label + label + label + "aa").has_value());
  EXPECT_TRUE(host(label + label + label + label + "a.").has_value());
  EXPECT_EQ(host("Foo.lan")->text(), "Foo.lan");
  EXPECT_EQ(refusal(host,
                    "b\xc3\xbc"
                    "cher.example"),
            "'b\xc3\xbc"
            "cher.example' is not a host name or IP address (letters beyond ASCII are written as idn2(1) prints the "
            "name, xn--...)");
}

TEST(Values, link_local_addresses_have_no_interface) {
  for (const auto* text : {"fe80::1", "fe80::1%eth0", "[fe80::1%eth0]:22", "a, [fe80::1]:22", "[febf::1]"})
    EXPECT_NE(refusal(hosts, text).find("a link-local address is good on one interface only"), std::string::npos)
        << text;
  EXPECT_TRUE(host("fec0::1").has_value());
  for (const auto* text : {"fe80::1", "fe80::1%eth0"})
    EXPECT_NE(refusal(address, text).find("a link-local address is good on one interface only"), std::string::npos)
        << text;
  EXPECT_EQ(refusal(networks, "fe80::1%eth0"),
            "'fe80::1%eth0' is not an IP address or network (write it without the interface)");
  EXPECT_TRUE(networks("fe80::/10, fe80::1").has_value());
}

std::string listed(std::string_view text) {
  const auto list = hosts(text);
  if (!list) return list.error().what;
  std::string names;
  for (const Host& host : *list) names += host.name.text() + '/' + (host.port ? std::to_string(*host.port) : "") + ' ';
  return names;
}

TEST(Values, hosts) {
  const std::pair<const char*, const char*> good[] = {
      {"a.lan", "a.lan/ "},
      {"a.lan:2222", "a.lan/2222 "},
      {"192.0.2.7:1", "192.0.2.7/1 "},
      {"2001:db8::1", "2001:db8::1/ "},
      {"::ffff:192.0.2.7", "::ffff:192.0.2.7/ "},
      {"[2001:db8::1]", "2001:db8::1/ "},
      {"[2001:db8::1]:65535", "2001:db8::1/65535 "},
      {"a,b:22 , [::1]:2022,192.0.2.7", "a/ b/22 ::1/2022 192.0.2.7/ "},
  };
  for (const auto& [text, list] : good) EXPECT_EQ(listed(text), list);
  for (const auto* bad : {"",        ",",           "a,",      ",a",        "a,,b",
                          "a:",      "a:0",         "a:65536", "a:22x",     "a:22:22",
                          ":22",     "a b",         "a b:22",  "a.lan,::1", "::1,a",
                          "[::1",    "::1]",        "[::1]x",  "[::1]22",   "[::1]:",
                          "[::1]:0", "[192.0.2.7]", "[]",      "[]:22",     "[fe80::1%eth0]",
                          "[[::1]]", "a, -b",       "a;b",     "root@a:22", "10.1:22"})
    EXPECT_FALSE(hosts(bad).has_value()) << bad << ": " << listed(bad);
}

TEST(Values, hosts_are_written_as_they_are_read) {
  for (const auto* text : {"a.lan", "a.lan:2222", "192.0.2.7", "[::1]:22"})
    EXPECT_EQ(hosts(text)->front().text(), text);
}

TEST(Values, upstream_order) {
  EXPECT_EQ(*upstream_order("ordered"), UpstreamOrder::ordered);
  EXPECT_EQ(*upstream_order("random"), UpstreamOrder::random);
  EXPECT_EQ(*upstream_order("hash-user"), UpstreamOrder::hash_user);
  EXPECT_EQ(*upstream_order("hash-source"), UpstreamOrder::hash_source);
  EXPECT_EQ(refusal(upstream_order, "hash"), "'hash' is not one of ordered, random, hash-user, hash-source");
}

TEST(Values, proxy_protocol) {
  EXPECT_EQ(*proxy_protocol("off"), ProxyProtocol::off);
  EXPECT_EQ(*proxy_protocol("v1"), ProxyProtocol::v1);
  EXPECT_EQ(*proxy_protocol("V2"), ProxyProtocol::v2);
  EXPECT_EQ(refusal(proxy_protocol, "yes"), "'yes' is not one of off, v1, v2");
}

TEST(Values, host_says_what_may_have_been_meant) {
  EXPECT_EQ(refusal(host, "a b"), "'a b' is not a host name or IP address");
  EXPECT_EQ(refusal(host, "a_b"),
            "'a_b' is not a host name or IP address ('_' is not allowed in host names, and libssh refuses it)");
  EXPECT_EQ(refusal(hosts, "[a.lan]"), "'[a.lan]' is not a host name or IP address (brackets are for an IPv6 address)");
  EXPECT_EQ(refusal(hosts, "a, ::1"),
            "'::1' is not a host name or IP address (in a list and before a port an IPv6 address stands in brackets)");
  EXPECT_EQ(refusal(host, "root@a"), "'root@a' is not a host name or IP address (a user belongs in upstream_user)");
}

TEST(Values, address) {
  EXPECT_EQ(address("192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(address("2001:DB8::1")->text(), "2001:db8::1");
  for (const auto* bad : {"", "eth0", "192.0.2", "192.0.2.1/24", "[::1]"})
    EXPECT_FALSE(address(bad).has_value()) << bad;
}

TEST(Values, auth_tries_and_channels) {
  EXPECT_EQ(*auth_tries("1"), 1U);
  EXPECT_EQ(*auth_tries("100"), 100U);
  EXPECT_EQ(refusal(auth_tries, "0"), "'0' is not a number (1-100)");
  EXPECT_EQ(refusal(auth_tries, "101"), "'101' is not a number (1-100)");
  EXPECT_EQ(*channels("10000"), 10000U);
  EXPECT_EQ(refusal(channels, "10001"), "'10001' is not a number (1-10000)");
  for (const auto* bad : {"", "-1", "1x", "x", "4294967297"}) EXPECT_FALSE(channels(bad).has_value()) << bad;
}

TEST(Values, startups) {
  EXPECT_EQ(*startups("1"), 1U);
  EXPECT_EQ(*startups("4000"), 4000U);
  EXPECT_EQ(*startups("off"), std::nullopt);
  EXPECT_EQ(refusal(startups, "10:30:100"), "'10:30:100' is not off or a number (1-4000)");
  for (const auto* bad : {"", "0", "4001", "-1", "no"}) EXPECT_FALSE(startups(bad).has_value()) << bad;
}

TEST(Values, net_block_size) {
  EXPECT_EQ(*net_block_size("24"), (NetBlockSize{24, 64}));
  EXPECT_EQ(*net_block_size("0:128"), (NetBlockSize{0, 128}));
  for (const auto* bad : {"", ":", "24:", ":64", "33", "32:129", "32:64:1", "/24", "32, 64"})
    EXPECT_FALSE(net_block_size(bad).has_value()) << bad;
}

TEST(Values, list) {
  EXPECT_EQ(*list("a"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(*list(" a , b,c "), (std::vector<std::string>{"a", "b", "c"}));
  for (const auto* bad : {"", " ", ",", "a,", ",a", "a,,b", "a, ,b"}) EXPECT_FALSE(list(bad).has_value()) << bad;
}

TEST(Values, name_list) {
  EXPECT_EQ(*name_list("a , b@c.d"), "a,b@c.d");
  for (const auto* bad : {"", "a b", "a,,b", "\xc3\xa4"}) EXPECT_FALSE(name_list(bad).has_value()) << bad;
}

TEST(Values, paths) {
  EXPECT_EQ(*path("/etc/x y"), "/etc/x y");
  EXPECT_EQ(*paths("/a, /b"), (std::vector<std::string>{"/a", "/b"}));
  for (const auto* bad : {"", "a", "./a", "~/a", "/a\n"}) EXPECT_FALSE(path(bad).has_value()) << bad;
  EXPECT_EQ(refusal(paths, "/a, b"), "'b' is not an absolute path");
}

TEST(Values, networks) {
  const auto value = networks("192.0.2.0/24, 2001:db8::/32,198.51.100.7");
  ASSERT_TRUE(value.has_value());
  ASSERT_EQ(value->size(), 3U);
  EXPECT_EQ((*value)[2].text(), "198.51.100.7/32");
  for (const auto* bad : {"", "192.0.2.0/33", "192.0.2.1/24", "example.lan", "192.0.2.0/24,", "::/129"})
    EXPECT_FALSE(networks(bad).has_value()) << bad;
  EXPECT_EQ(refusal(networks, "::1, 10.0.0.1/8"),
            "'10.0.0.1/8' is not an IP address or network (192.0.2.0/24: no bits set beyond the prefix)");
}

TEST(Values, fingerprints) {
  const std::string good = "SHA256:uoZ1tXXZQg9bLFYSGsvcm1j1ZDzCDj6bJAvKJ/bOf+c";
  const auto value = fingerprints(good + " ," + good);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ((*value)[1].text(), good);
  for (const std::string& bad : {std::string{}, std::string{"SHA256:"}, good + '=', good.substr(0, good.size() - 1),
                                 good.substr(0, good.size() - 1) + 'd', good.substr(7), "sha256:" + good.substr(7),
                                 "MD5:" + good.substr(7), good.substr(0, 20) + '_' + good.substr(21)})
    EXPECT_FALSE(fingerprints(bad).has_value()) << bad;
}

TEST(Values, host_key_check) {
  EXPECT_EQ(*host_key_check("strict"), HostKeyCheck::strict);
  EXPECT_EQ(*host_key_check("accept-new"), HostKeyCheck::accept_new);
  EXPECT_EQ(*host_key_check("insecure"), HostKeyCheck::insecure);
  EXPECT_EQ(refusal(host_key_check, "yes"), "'yes' is not one of strict, accept-new, insecure");
}

TEST(Values, sftp_access) {
  EXPECT_EQ(*sftp_access("read-write"), SftpAccess::read_write);
  EXPECT_EQ(*sftp_access("Read-Only"), SftpAccess::read_only);
  EXPECT_EQ(*sftp_access("upload-only"), SftpAccess::upload_only);
  EXPECT_EQ(refusal(sftp_access, "readonly"), "'readonly' is not one of read-write, read-only, upload-only");
}

TEST(Values, sftp_symlinks) {
  EXPECT_EQ(*sftp_symlinks("inside"), SftpSymlinks::inside);
  EXPECT_EQ(*sftp_symlinks("follow"), SftpSymlinks::follow);
  EXPECT_EQ(*sftp_symlinks("deny"), SftpSymlinks::deny);
  EXPECT_EQ(refusal(sftp_symlinks, "no"), "'no' is not one of inside, follow, deny");
}

TEST(Values, root_path) {
  const std::pair<const char*, const char*> good[] = {{"/srv/www", "/srv/www"},
                                                      {"/srv/www/", "/srv/www"},
                                                      {"//srv///www//", "/srv/www"},
                                                      {"/./srv/./www/.", "/srv/www"},
                                                      {"www", "www"},
                                                      {"./www/", "www"},
                                                      {"a//b", "a/b"},
                                                      {".", "."},
                                                      {"./", "."},
                                                      {"/", "/"},
                                                      {"//", "/"},
                                                      {"/.", "/"},
                                                      {"/srv/a b", "/srv/a b"},
                                                      {"...", "..."},
                                                      {"/..a/b..", "/..a/b.."},
                                                      {"/~", "/~"},
                                                      {"a~", "a~"},
                                                      {".ssh", ".ssh"}};
  for (const auto& [text, path] : good) {
    const auto value = root_path(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(*value, path);
    EXPECT_EQ(*root_path(*value), path) << "normalised twice is normalised once";
  }
  for (const auto* bad : {"", "..", "/..", "../", "/srv/../etc", "www/..", "./..", "/srv/..//", "~", "~/www",
                          "~bob/www", "/a\n", "a\x7f", "\t"})
    EXPECT_FALSE(root_path(bad).has_value()) << bad;
  EXPECT_FALSE(root_path(std::string_view{"/a\0b", 4}).has_value());
  EXPECT_EQ(refusal(root_path, "/srv/../etc"), "'/srv/../etc' is not a directory without '..'");
  EXPECT_EQ(refusal(root_path, "~/www"),
            "'~/www' is not a directory (absolute, or relative to the login directory, which is '.')");
}

TEST(Values, user_name) {
  EXPECT_EQ(user_name("foo bar")->text(), "foo bar");
  EXPECT_TRUE(user_name(std::string(255, 'a')).has_value());
  EXPECT_FALSE(user_name(std::string(256, 'a')).has_value());
  for (const auto* bad : {"", "a\n", "\x1b", "a\x7f"}) EXPECT_FALSE(user_name(bad).has_value()) << bad;
}

}  // namespace
}  // namespace pysshrp::config
