#include "config/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "directory.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

using namespace std::chrono_literals;

TEST(Config, an_empty_file_has_the_defaults) {
  const auto config = Config::parse("f", "");
  EXPECT_EQ(check(config), Lines{});
  EXPECT_TRUE(config.settings().key.empty());
  EXPECT_EQ(config.settings().level, Level::info);
  EXPECT_EQ(config.settings().login_grace_time, 2min);
  EXPECT_TRUE(config.servers().empty());
}

TEST(Config, reads_the_settings) {
  const Directory dir;
  const auto config =
      Config::parse("f", "[pysshrp]\nkey = /a, /b\nlevel = DEBUG\nroutes_dir = " + dir.path("") +
                             "\nlogin_grace_time = 1min\nmax_auth_tries = 3\nmax_channels = 9\nidle_timeout = 1h\n"
                             "kex_algorithms = a, b\nciphers = c\nmacs = d\nhost_key_algorithms = e\n"
                             "public_key_algorithms = f, g\n");
  EXPECT_EQ(check(config), Lines{});
  const auto& s = config.settings();
  EXPECT_EQ(s.key, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(s.level, Level::debug);
  EXPECT_EQ(s.routes_dir, dir.path(""));
  EXPECT_EQ(s.login_grace_time, 60s);
  EXPECT_EQ(s.max_auth_tries, 3U);
  EXPECT_EQ(s.max_channels, 9U);
  EXPECT_EQ(s.idle_timeout, 1h);
  EXPECT_EQ(s.kex_algorithms, "a,b");
  EXPECT_EQ(s.ciphers, "c");
  EXPECT_EQ(s.macs, "d");
  EXPECT_EQ(s.host_key_algorithms, "e");
  EXPECT_EQ(s.public_key_algorithms, "f,g");
}

TEST(Config, a_server_has_its_own_entries_before_the_defaults) {
  const auto config = Config::parse("f",
                                    "[server a]\nuser = a\nupstream_host = ha\n"
                                    "[defaults]\nupstream_host = hd\nupstream_port = 2222\n"
                                    "[server  b ]\nuser = ^b\n");
  EXPECT_EQ(check(config), Lines{});
  ASSERT_EQ(config.servers().size(), 2U);
  const auto &a = config.servers()[0], &b = config.servers()[1];
  EXPECT_EQ(a.name(), "a");
  EXPECT_EQ(a.at().text(), "f:1");
  EXPECT_EQ(a.user()->value(), "a");
  EXPECT_EQ(a.find("upstream_host")->value(), "ha");
  EXPECT_EQ(a.find("upstream_port")->value(), "2222");
  EXPECT_EQ(a.find("upstream_port")->place().text(), "f:6");
  EXPECT_EQ(a.find("upstream_user"), nullptr);
  EXPECT_EQ(b.name(), "b");
  EXPECT_EQ(b.user()->value(), "^b");
  EXPECT_EQ(b.find("upstream_host")->value(), "hd");
}

TEST(Config, takes_a_list_of_64_kib_in_one_line_or_in_many) {
  std::string one, many;
  for (int i = 0; i < 5000; ++i) {
    const auto network = "10." + std::to_string(i / 256) + '.' + std::to_string(i % 256) + ".0/24";
    one += (i == 0 ? "" : ", ") + network;
    many += (i == 0 ? "" : ",\n    ") + network;
  }
  ASSERT_GT(one.size(), 64U * 1024);
  for (const auto& list : {one, many}) {
    const auto config = Config::parse("f", "[pysshrp]\nproxy_protocol = " + list + "\nmax_channels = 9\n");
    EXPECT_EQ(check(config), Lines{});
    EXPECT_EQ(config.settings().proxy_protocol.size(), 5000U);
    EXPECT_EQ(config.settings().max_channels, 9U);
  }
}

TEST(Config, only_a_list_goes_on_and_lines_are_counted_right) {
  const auto config = Config::parse("f",
                                    "[server a]\nuser = a\nupstream_host = a,\n  b\npassword = sesame,\n  open\n"
                                    "from = 10.0.0.0/8,\n  upstream_port = 1\nupstream_port = x\n");
  EXPECT_EQ(
      check(config),
      (Lines{"f:5: [server a] password: is no list, and cannot go on in the next line: keys and sections start at "
             "the margin",
             "f:7: [server a] from: 'upstream_port = 1' is not an IP address or network (192.0.2.0/24: no bits set "
             "beyond the prefix)",
             "f:9: [server a] upstream_port: 'x' is not a port (1-65535)"}));
}

TEST(Config, quotes_no_more_of_a_long_value_than_somebody_reads) {
  const auto faults = check(Config::parse("f", "[pysshrp]\nmacs = " + std::string(70000, 'm') + "\xc3\xa4,,\n"));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_LT(faults[0].size(), 400U);
}

TEST(Config, stays_whole_when_it_is_moved) {
  auto first = Config::parse("f", "[defaults]\nupstream_port = 23\n[server a]\nuser = a\nupstream_host = h\n");
  const auto second = std::move(first);
  EXPECT_EQ(second.servers()[0].user()->value(), "a");
  EXPECT_EQ(second.servers()[0].find("upstream_port")->value(), "23");
  EXPECT_EQ(check(second), Lines{});
}

TEST(Config, reports_ten_different_faults_each_with_its_line) {
  const auto config = Config::parse("f.ini",
                                    "level = info\n"                     // 1
                                    "[pysshrp]\n"                        //
                                    "levle = info\n"                     // 3
                                    "listen = 0.0.0.0:22\n"              // 4
                                    "max_channels = many\n"              // 5
                                    "[sever old]\n"                      // 6
                                    "[server web]\n"                     //
                                    "user = ^web(?P<id>\\d+)$\n"         //
                                    "upstream_host = web_\\g<id>.lan\n"  // checked when it is expanded
                                    "upstream_port = 70000\n"            // 10
                                    "upstream_port = 22\n"               // 11
                                    "allow_ssh =\n"                      // 12
                                    "from = 10.0.0.1/8\n"                // 13
                                    "password = ab ;cd\n"                // 14
                                    "[server b]\n"                       // 15
                                    "user = b\n"                         //
                                    "level = info\n");                   // 17
  const std::string for_everybody = "; nobody is served while it stands here, since it may be for everybody";
  const std::string inline_comment =
      "has ' ;', which would start a comment: comments stand on a line of their own, and no value can hold it";
  EXPECT_EQ(
      check(config),
      (Lines{"f.ini:1: stands before the first section",
             "f.ini:3: [pysshrp] levle: unknown key, the nearest known one is level",
             "f.ini:4: [pysshrp] listen: belongs to the socket unit now: ListenStream=, see 'systemctl edit "
             "pysshrp.socket'",
             "f.ini:5: [pysshrp] max_channels: 'many' is not a number (1-10000)",
             "f.ini:6: [sever old]: unknown section: there are [pysshrp], [defaults] and [server NAME]" + for_everybody,
             "f.ini:10: [server web] upstream_port: '70000' is not a port (1-65535)",
             "f.ini:11: [server web] upstream_port: repeated, it stands already in line 10",
             "f.ini:12: [server web] allow_ssh: has no value",
             "f.ini:13: [server web] from: '10.0.0.1/8' is not an IP address or network (192.0.2.0/24: no bits set "
             "beyond the prefix)",
             "f.ini:14: [server web]: " + inline_comment, "f.ini:15: [server b] upstream_host: is missing",
             "f.ini:17: [server b] level: belongs in [pysshrp]"}));
}

TEST(Config, a_fault_in_one_server_is_only_that_servers) {
  const auto config = Config::parse("f",
                                    "[server a]\nuser = a\nupstream_host = h\nupstream_port = x\nnonsense\n"
                                    "[server b]\nuser = b\nupstream_host = h\n");
  EXPECT_TRUE(config.faults().empty());
  EXPECT_EQ(texts(lint(config, config.servers()[0])),
            (Lines{"f:4: [server a] upstream_port: 'x' is not a port (1-65535)",
                   "f:5: [server a]: is neither 'key = value' nor '[section]'"}));
  EXPECT_TRUE(lint(config, config.servers()[1]).empty());
}

TEST(Config, a_fault_in_the_defaults_is_everybodys) {
  const auto config =
      Config::parse("f", "[defaults]\nupstream_port = x\nuser = u\n[server a]\nuser = a\nupstream_host = h\n");
  EXPECT_EQ(texts(config.faults()), (Lines{"f:2: [defaults] upstream_port: 'x' is not a port (1-65535)",
                                           "f:3: [defaults] user: belongs in [server NAME]"}));
}

TEST(Config, a_broken_header_is_everybodys_fault_and_its_lines_nobodys) {
  const auto config = Config::parse("f", "[server a]\nuser = a\nupstream_host = h\n[defaults\nupstream_host = evil\n");
  EXPECT_EQ(
      texts(config.faults()),
      (Lines{
          "f:4: has no ']': a section begins with '[server NAME]' or the like; nobody is served while it stands here, "
          "since it may be for everybody"}));
  EXPECT_EQ(texts(lint(config, config.servers()[0])), Lines{});
}

TEST(Config, a_broken_header_of_a_server_is_that_servers_fault) {
  for (const std::string header : {"[Server b]", "[server b", "[SERVER\tb", "[server b] user = c", " [server b]"}) {
    const auto config = Config::parse(
        "f", "[server a]\nuser = a\nupstream_host = h\n" + header + "\nuser = b\nupstream_host = h\npassword = x\n");
    EXPECT_EQ(texts(config.faults()), Lines{}) << header;
    ASSERT_EQ(config.servers().size(), 2U) << header;
    EXPECT_EQ(texts(lint(config, config.servers()[0])), Lines{}) << header;
    EXPECT_EQ(config.servers()[0].find("password"), nullptr) << header;
    EXPECT_EQ(config.servers()[1].name(), "b") << header;
    const auto faults = lint(config, config.servers()[1]);
    ASSERT_EQ(faults.size(), 1U) << header;
    EXPECT_EQ(faults[0].at.text(), "f:4") << header;
  }
}

TEST(Config, the_handlers_sections_stand_once) {
  const auto config =
      Config::parse("f", "[pysshrp]\nlevel = debug\n[defaults]\n[pysshrp]\nlevel = error\n[defaults]\n");
  EXPECT_EQ(check(config), (Lines{"f:4: [pysshrp]: stands already at f:1", "f:6: [defaults]: stands already at f:3"}));
  EXPECT_EQ(config.settings().level, Level::debug);
}

TEST(Config, a_server_needs_a_user_and_a_host) {
  EXPECT_EQ(check(Config::parse("f", "[server a]\n")),
            (Lines{"f:1: [server a] user: is missing", "f:1: [server a] upstream_host: is missing"}));
  for (const auto* title : {"[server]", "[servera]", "[Servera]"})
    EXPECT_EQ(check(Config::parse("f", title)),
              (Lines{"f:1: " + std::string{title} +
                     ": unknown section: there are [pysshrp], [defaults] and [server NAME]; nobody is served "
                     "while it stands here, since it may be for everybody"}));
}

TEST(Config, a_repeated_user_is_a_fault_of_both) {
  const auto config = Config::parse("f",
                                    "[defaults]\nupstream_host = h\n[server a]\nuser = u\n[server b]\nuser = u\n"
                                    "[server c]\nuser = ^u\n[server d]\nuser = ^u\n");
  EXPECT_TRUE(config.faults().empty());
  EXPECT_EQ(check(config), (Lines{"f:4: [server a] user: 'u' is also the user of [server b] at f:5",
                                  "f:6: [server b] user: 'u' is also the user of [server a] at f:3"}));
}

TEST(Config, a_repeated_name_is_a_fault_of_both) {
  const auto config = Config::parse("f", "[defaults]\nupstream_host = h\n[server a]\nuser = u\n[server a]\nuser = v\n");
  EXPECT_EQ(check(config), (Lines{"f:3: [server a]: has the name of [server a] at f:5",
                                  "f:5: [server a]: has the name of [server a] at f:3"}));
}

TEST(Config, a_password_in_an_open_file_is_a_fault) {
  const std::string text =
      "[defaults]\nupstream_host = h\n[server a]\nuser = a\npassword = x\nupstream_password = y\n[server b]\nuser = "
      "b\n";
  for (const mode_t open : {0644U, 0641U, 0642U, 0604U})
    EXPECT_EQ(check(Config::parse("f", text, S_IFREG | open)),
              (Lines{"f:5: [server a] password: stands in a file that is open to everybody: chmod 0640 f",
                     "f:6: [server a] upstream_password: stands in a file that is open to everybody: chmod 0640 f"}));
  EXPECT_EQ(check(Config::parse("f", text, S_IFREG | 0640)), Lines{});
  const auto config = Config::parse("f", "[defaults]\npassword = x\n", 0644);
  EXPECT_EQ(texts(config.faults()),
            (Lines{"f:2: [defaults] password: stands in a file that is open to everybody: chmod 0640 f"}));
}

TEST(Config, captures_are_left_to_their_expansion) {
  EXPECT_EQ(
      check(Config::parse(
          "f",
          "[server a]\nuser = ^a(.)\nupstream_host = \\g<1>\nupstream_port = 220\\1\nupstream_known_hosts = \\1\n")),
      Lines{});
  EXPECT_EQ(check(Config::parse("f", "[server a]\nuser = ^a(.)\nupstream_host = h\nconnect_timeout = \\g<1>\n")),
            (Lines{"f:4: [server a] connect_timeout: '\\g<1>' is not a duration (90, 90s, 2min, 1h30m; at least 1s, at "
                   "most 24h)"}));
}

TEST(Config, what_is_no_key_is_not_repeated) {
  EXPECT_EQ(check(Config::parse("f", "[server a]\nuser = a\nupstream_host = h\npass word = x\n")),
            (Lines{"f:4: [server a]: has something before the '=' that is no key (letters, digits, '_')"}));
}

TEST(Config, loads_a_file) {
  const Directory dir;
  const auto file = dir.write("a.ini", "[server a]\nuser = a\nupstream_host = h\npassword = x\n", 0644);
  const auto config = Config::load(file);
  ASSERT_EQ(config.servers().size(), 1U);
  EXPECT_EQ(config.servers()[0].at().text(), file + ":1");
  EXPECT_EQ(check(config),
            (Lines{file + ":4: [server a] password: stands in a file that is open to everybody: chmod 0640 " + file}));
}

TEST(Config, a_file_that_cannot_be_read_is_a_fault) {
  const Directory dir;
  EXPECT_EQ(check(Config::load(dir.path("none"))),
            (Lines{dir.path("none") + ": cannot be read: No such file or directory"}));
  EXPECT_EQ(check(Config::load(dir.path(""))), (Lines{dir.path("") + ": cannot be read: is not a regular file"}));
  ASSERT_EQ(::mkfifo(dir.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(check(Config::load(dir.path("fifo"))),
            (Lines{dir.path("fifo") + ": cannot be read: is not a regular file"}));
}

TEST(Config, routes_dir_must_be_a_directory) {
  EXPECT_EQ(check(Config::parse("f", "[pysshrp]\nroutes_dir = /nonexistent\n")),
            (Lines{"f:2: [pysshrp] routes_dir: '/nonexistent' is not a directory"}));
}

TEST(Fault, text_has_what_there_is) {
  EXPECT_EQ((Fault{{"f", 3}, "server a", "k", "w"}.text()), "f:3: [server a] k: w");
  EXPECT_EQ((Fault{{"f", 3}, "server a", "", "w"}.text()), "f:3: [server a]: w");
  EXPECT_EQ((Fault{{"f", 3}, "", "", "w"}.text()), "f:3: w");
  EXPECT_EQ((Fault{{"f", 0}, "", "", "w"}.text()), "f: w");
}

TEST(Sample, loads_without_faults) {
  const auto config = Config::load(PYSSHRP_SOURCE_DIR "/conf/pysshrp.ini");
  EXPECT_EQ(check(config), Lines{});
  EXPECT_EQ(config.servers().size(), 2U);
}

}  // namespace
}  // namespace pysshrp::config
