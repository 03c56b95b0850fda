#include "config/keys.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/values.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

TEST(Keys, are_found_where_they_may_stand) {
  EXPECT_NE(find_key(Where::pysshrp, "level"), nullptr);
  EXPECT_EQ(find_key(Where::server, "level"), nullptr);
  EXPECT_EQ(find_key(Where::shared, "level"), nullptr);
  EXPECT_NE(find_key(Where::server, "user"), nullptr);
  EXPECT_EQ(find_key(Where::shared, "user"), nullptr);
  EXPECT_EQ(find_key(Where::pysshrp, "user"), nullptr);
  EXPECT_NE(find_key(Where::server, "from"), nullptr);
  EXPECT_NE(find_key(Where::shared, "from"), nullptr);
  EXPECT_EQ(find_key(Where::pysshrp, "from"), nullptr);
}

TEST(Keys, unknown_ones_are_explained) {
  EXPECT_EQ(explain_unknown(Where::server, "upstram_port"), "unknown key, the nearest known one is upstream_port");
  EXPECT_EQ(explain_unknown(Where::server, "port"), "unknown key, the nearest known one is upstream_port");
  EXPECT_EQ(explain_unknown(Where::shared, "usr"), "unknown key, the nearest known one is from");
  EXPECT_EQ(explain_unknown(Where::pysshrp, "Level"), "unknown key, the nearest known one is level");
  EXPECT_EQ(explain_unknown(Where::pysshrp, "from"), "belongs in [server NAME]");
  EXPECT_EQ(explain_unknown(Where::shared, "user"), "belongs in [server NAME]");
  EXPECT_EQ(explain_unknown(Where::server, "level"), "belongs in [pysshrp]");
  EXPECT_EQ(explain_unknown(Where::pysshrp, "listen"),
            "belongs to the socket unit now: ListenStream=, see 'systemctl edit pysshrp.socket'");
  EXPECT_EQ(explain_unknown(Where::pysshrp, "user"),
            "belongs to the service unit now: User=, see 'systemctl edit pysshrp@.service'");
  EXPECT_EQ(explain_unknown(Where::pysshrp, "group"),
            "belongs to the service unit now: Group=, see 'systemctl edit pysshrp@.service'");
}

TEST(Keys, captures_are_seen) {
  for (const auto* yes : {"\\g<a>", "web\\g<0>.lan", "\\1", "a\\9b"}) EXPECT_TRUE(has_captures(yes)) << yes;
  for (const auto* no : {"", "web", "\\", "\\g", "\\x", "g<a>", "a\\"}) EXPECT_FALSE(has_captures(no)) << no;
}

// A default whose words are its own cannot be taken from the member.
TEST(Keys, defaults_in_words_are_those_of_the_values) {
  const Settings settings;
  const ServerValues values;
  EXPECT_EQ(*duration(find_key(Where::pysshrp, "login_grace_time")->standard), settings.login_grace_time);
  EXPECT_EQ(*duration_or_off(find_key(Where::pysshrp, "idle_timeout")->standard), settings.idle_timeout);
  EXPECT_TRUE(settings.key.empty() && values.upstream_host.empty() && values.upstream_user.text().empty());
  EXPECT_TRUE(values.allow_ssh && values.allow_agent && values.allow_x11);
  EXPECT_EQ(values.allow_forwarding, Forwarding::yes);
  EXPECT_FALSE(values.upstream_password);
}

TEST(Keys, a_default_can_be_written_as_it_is_shown) {
  unsigned written = 0;
  for (const auto& key : keys()) {
    const std::string text = key.show ? key.show(ServerValues{}) : key.show_setting ? key.show_setting(Settings{}) : "";
    if (text.empty() || !key.standard.empty()) continue;
    EXPECT_TRUE(key.check(text)) << key.name << " = " << text;
    EXPECT_EQ(key.default_text(), text);
    ++written;
  }
  EXPECT_EQ(written, 20U);
}

TEST(Keys, each_is_read_and_shown_where_it_stands) {
  for (const auto& key : keys()) {
    EXPECT_EQ(key.read != nullptr, key.show != nullptr) << key.name;
    EXPECT_EQ(key.read_setting != nullptr, key.show_setting != nullptr) << key.name;
    EXPECT_EQ((key.read != nullptr) + (key.read_setting != nullptr) + (key.read_only != nullptr), 1) << key.name;
    EXPECT_EQ(key.where == Where::pysshrp, key.read_setting != nullptr || key.name == "include") << key.name;
  }
}

TEST(Keys, a_secret_never_appears_in_a_fault) {
  const std::string secret = "hunter2";
  int secrets = 0;
  for (const auto& key : keys()) {
    if (!key.is_secret) continue;
    ++secrets;
    for (const auto& line : {" = hunter2", " = \\g<hunter2>", " = hunter2 ;", " = a\n hunter2", " = hunter2\x01",
                             " hunter2", " hunter2 = x", " = \xffhunter2", " = x\nhunter2", " = x\nhunter2!= x"})
      for (const auto& text : check(Config::parse("f", "[server a]\n" + std::string{key.name} + line + '\n', 0666)))
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
  }
  EXPECT_EQ(secrets, 2) << "password and upstream_password";
}

/// The man page without its mdoc macros: for each `.It Ic KEY` of the key lists what is said about it, and the names in
/// `.Ss Captures`.
struct Manual {
  std::vector<std::string> keys;
  std::map<std::string, std::string> about;
  std::set<std::string> captures;
};

Manual read_manual() {
  Manual manual;
  std::ifstream in(PYSSHRP_SOURCE_DIR "/conf/pysshrp.ini.5");
  std::string subsection;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(".Ss ") || line.starts_with(".Sh ")) subsection = line.substr(4);
    if (line.starts_with(".It Ic ")) {
      manual.keys.push_back(line.substr(7));
    } else if (subsection == "Captures" && line.starts_with(".Ic ")) {
      manual.captures.insert(line.substr(4, line.find(' ', 4) - 4));
    } else if (!manual.keys.empty() && line != ".El") {
      if (line.starts_with('.')) line.erase(0, 4);
      auto& about = manual.about[manual.keys.back()];
      about += (about.empty() || line == "." || line == "," ? "" : " ") + line;
      for (const auto* end : {" .", " ,"})
        if (about.ends_with(end)) about.erase(about.size() - 2, 1);
    }
  }
  return manual;
}

TEST(Manual, documents_the_keys_of_the_table_in_its_order) {
  std::vector<std::string> names;
  for (const auto& key : keys()) names.emplace_back(key.name);
  EXPECT_EQ(read_manual().keys, names);
}

TEST(Manual, has_the_defaults_of_the_table) {
  const auto manual = read_manual();
  for (const auto& key : keys()) {
    const auto about = manual.about.find(std::string{key.name});
    ASSERT_NE(about, manual.about.end()) << key.name;
    const auto expected = key.standard == "mandatory" ? "mandatory" : "Default: " + key.default_text() + '.';
    EXPECT_NE(about->second.find(expected), std::string::npos) << key.name << ": " << about->second;
  }
}

TEST(Manual, names_the_keys_that_take_captures) {
  std::set<std::string> names{"user"};  // whose pattern captures
  for (const auto& key : keys())
    if (key.capture != Capture::none) names.emplace(key.name);
  EXPECT_EQ(read_manual().captures, names);
}

}  // namespace
}  // namespace pysshrp::config
