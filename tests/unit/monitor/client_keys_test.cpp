#include "monitor/client_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "../auth/keys.h"
#include "../config/directory.h"

namespace pysshrp::monitor {
namespace {

class KeyFilesTest : public testing::Test {
 protected:
  /// How much is searched for a key that nobody has, by users with these files.
  std::size_t searched(const std::string& config, const std::string* file) {
    EXPECT_FALSE(grants(config, file));
    return searched_;
  }
  bool grants(const std::string& config, const std::string* file) { return grants(config, file, kKey); }
  bool grants(const std::string& config, const std::string* file, const PublicKey& key,
              const std::string& revoked_keys = "") {
    const auto parsed = config::Config::parse("f", config);
    const ssh::Algorithms algorithms;
    const peer::Peer peer;
    notes_.clear();
    ClientKeys keys{algorithms, peer, [&](const std::string& note) { notes_ += note + '\n'; }};
    KeyFiles files{parsed, keys};
    const bool granted = files.grants_shown(key, {UserName{"one"}, file ? *file : "", "", revoked_keys, {}});
    searched_ = files.searched();
    return granted;
  }
  std::string server(const std::string& user, const std::string& file) const {
    return "[server " + user.substr(1) + "]\nuser = " + user + "\nupstream_host = h\nauthorized_keys = " + file + '\n';
  }

  const PublicKey kKey{"ssh-ed25519", std::string{auth::keys::kEd25519}};
  config::Directory directory_;
  std::size_t searched_ = 0;
  std::string notes_;
};

// The time that this takes must not tell who has a file, and how large it is.
TEST_F(KeyFilesTest, SearchesAsMuchForEverybody) {
  const auto large = directory_.write("large", std::string(100'000, '#')), small = directory_.write("small", "#\n"),
             absent = directory_.path("absent");
  const std::string config = server("one", large) + server("two", small) + server("three", absent);
  EXPECT_EQ(searched(config, nullptr), 100'000U);
  for (const std::string* const file : {&large, &small, &absent}) EXPECT_EQ(searched(config, file), 100'000U) << *file;
}

TEST_F(KeyFilesTest, SearchesAsMuchForAKeyThatIsLongerThanAny) {
  const std::string text(100'000, '#');
  const auto file = directory_.write("keys", text);
  for (const std::size_t size : {16'383, 16'384, 16'385, 60'000}) {
    const PublicKey key{"sk-ssh-ed25519@openssh.com", std::string(size, 'A')};
    EXPECT_FALSE(grants(server("one", file), &file, key));
    EXPECT_EQ(searched_, text.size()) << size;
    EXPECT_FALSE(grants(server("one", file), nullptr, key));
    EXPECT_EQ(searched_, text.size()) << size;
  }
}

// Where the line does not grant, however long the list is, it is no work that tells that there is one.
TEST_F(KeyFilesTest, AsksWhatIsRevokedForKeysThatWouldGrantOnly) {
  const std::string line = "ssh-ed25519 " + kKey.base64 + '\n', said = "revoked_keys /none: ";
  const auto mine = directory_.write("keys", line),
             not_here = directory_.write("not_here", "from=\"192.0.2.1\" " + line);
  EXPECT_FALSE(grants(server("one", mine), &mine, kKey, "/none"));
  EXPECT_NE(notes_.find(said), std::string::npos) << notes_;
  EXPECT_FALSE(grants(server("one", not_here), &not_here, kKey, "/none"));
  EXPECT_EQ(notes_.find(said), std::string::npos) << notes_;
  EXPECT_NE(notes_.find("authorized_keys line 1: from= does not allow"), std::string::npos) << notes_;
}

TEST_F(KeyFilesTest, SearchesTheMostThereCanBeWhereUsersHaveFilesOfTheirOwn) {
  const auto small = directory_.write("small", "#\n");
  constexpr std::size_t kMost = std::size_t{1024} * 1024;
  const std::pair<std::string, std::size_t> configs[] = {
      {server("^(.)", "/keys/\\1"), kMost},
      {server("^(.)", "/keys/\\1") + "trusted_user_ca_keys = /authorities/\\1\n", 2 * kMost},
      {"[pysshrp]\nroutes_dir = " + directory_.path("d") + '\n', 2 * kMost}};
  for (const auto& [config, most] : configs) {
    EXPECT_EQ(searched(config, nullptr), most);
    EXPECT_EQ(searched(config, &small), most);
  }
}

TEST_F(KeyFilesTest, SearchesNothingWhereNobodyHasAFile) {
  EXPECT_EQ(searched("[server a]\nuser = a\nupstream_host = h\n", nullptr), 0U);
}

TEST_F(KeyFilesTest, GrantsWhatTheFileGrantsWhereverTheKeyStands) {
  const std::string line = "ssh-ed25519 " + kKey.base64 + '\n';
  for (const std::size_t before : {0, 1, 32'700, 32'767, 32'768, 65'500, 1'000'000}) {
    const auto file = directory_.write("keys", std::string(before, '\n') + line);
    EXPECT_TRUE(grants(server("one", file), &file)) << before;
    const auto other = directory_.write("keys", std::string(before, '\n') + line.substr(0, line.size() - 3) + "A\n");
    EXPECT_FALSE(grants(server("one", other), &other)) << before;
  }
}

}  // namespace
}  // namespace pysshrp::monitor
