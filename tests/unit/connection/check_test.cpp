#include "connection/check.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace pysshrp::connection {
namespace {

constexpr const char* kPrivateKey = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBfYy5KvvBGhaZiw2AfRMciLU0ZY5QOABKxk/XLRJt9MQAAAIhq2ZQratmU
KwAAAAtzc2gtZWQyNTUxOQAAACBfYy5KvvBGhaZiw2AfRMciLU0ZY5QOABKxk/XLRJt9MQ
AAAEA6eYdSWD1JNnnOKnDzTevfarTgArfSZuzWs/XFR+UbVl9jLkq+8EaFpmLDYB9ExyIt
TRljlA4AErGT9ctEm30xAAAAAAECAwQF
-----END OPENSSH PRIVATE KEY-----
)";
constexpr const char* kEncryptedKey = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABA=
-----END OPENSSH PRIVATE KEY-----
)";

/// Of that key, for ever.
constexpr const char* kCertificate =
    "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIN+qBQAGIQ00SQl"
    "QJdyTPgskL4PpiPEJTTw1Gype85v3AAAAIF9jLkq+8EaFpmLDYB9ExyItTRljlA4AErGT9ctEm30xAAAAAAAAAAAAAAABAAAABHR"
    "lc3QAAAAFAAAAAWEAAAAAAAAAAP//////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQ"
    "tYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGV"
    "ybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgmCjI/TqzF9OvoaYUNVmztH4im0VxsDX4K7Jc+VuBJZc"
    "AAABTAAAAC3NzaC1lZDI1NTE5AAAAQNkalxuydmGL7bbsGC15SSF6uVxvHHWusUUnZTFmi8kKHuVteP20YNGYCGPa+16qXk/bkFw"
    "EKx/pvFbPoOS1/go="
    "\n";

/// Asks --check of files that go away with the test.
class Check : public testing::Test {
 protected:
  Check() {
    std::string name = (std::filesystem::temp_directory_path() / "pysshrp-setting-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    write("host_key", kPrivateKey, 0400);
  }
  ~Check() override { std::filesystem::remove_all(dir_); }

  std::string path(const std::string& name) const { return dir_ + '/' + name; }

  std::string write(const std::string& name, std::string_view text, mode_t mode) const {
    ::unlink(path(name).c_str());  // who is not root may not write to it a second time
    std::ofstream{path(name)} << text;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }

  std::vector<std::string> faults(const std::string& server, const std::string& user = "a",
                                  const std::string& settings = "") const {
    const auto config =
        config::Config::parse("f", "[pysshrp]\nkey = " + path("host_key") + '\n' + settings +
                                       "[server a]\nuser = " + user + "\nupstream_host = h\n" + server + kKnown);
    return texts(check(config, "").faults);
  }

  static std::vector<std::string> texts(const std::vector<config::Fault>& faults) {
    std::vector<std::string> texts;
    for (const auto& fault : faults) texts.push_back(fault.text());
    return texts;
  }

  static constexpr const char* kKnown = "upstream_host_key_check = insecure\n";  // known_hosts may be missing
  std::string dir_;
};

using Lines = std::vector<std::string>;

TEST_F(Check, SaysNothingOfFilesThatAreAsTheyShouldBe) {
  const auto keys = write("keys", "", 0644), key = write("key", kPrivateKey, 0400),
             cert = write("cert", kCertificate, 0644);
  EXPECT_EQ(faults("authorized_keys = " + keys + "\nupstream_key = " + key + "\nupstream_certificate = " + cert + '\n'),
            Lines{});
}

TEST_F(Check, FindsFilesThatAreNotThere) {
  const auto none = path("none"), what = none + ": cannot be read: No such file or directory";
  EXPECT_EQ(
      faults("authorized_keys = " + none + "\nupstream_key = " + none + "\nupstream_certificate = " + none + '\n'),
      (Lines{"f:6: [server a] authorized_keys: " + what, "f:7: [server a] upstream_key: " + what,
             "f:8: [server a] upstream_certificate: " + what}));
}

TEST_F(Check, FindsWhatIsNoFile) {
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  for (const auto& file : {dir_, path("fifo")})
    EXPECT_EQ(faults("upstream_password = x\nauthorized_keys = " + file + '\n'),
              Lines{"f:7: [server a] authorized_keys: " + file + ": is not a file"});
}

TEST_F(Check, FindsFilesThatItMayNotRead) {
  const auto keys = write("keys", "", 0);
  const bool is_root = ::geteuid() == 0;
  if (is_root) {  // who may read everything
    ASSERT_EQ(::chown(dir_.c_str(), 65534, 65534), 0);
    ASSERT_EQ(::chown(path("host_key").c_str(), 65534, 65534), 0);
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto found = faults("upstream_password = x\nauthorized_keys = " + keys + '\n');
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(
      found[0].find("f:7: [server a] authorized_keys: " + keys + ": cannot be read: Permission denied: the user "), 0U);
  EXPECT_TRUE(found[0].ends_with("; chmod 0640 " + keys)) << found[0];
}

TEST_F(Check, FindsPrivateKeysThatCannotServe) {
  const auto open = write("open", kPrivateKey, 0404), encrypted = write("encrypted", kEncryptedKey, 0400),
             text = write("text", "no key", 0400);
  const std::pair<std::string, std::string> cases[] = {
      {open, "can be read by others"}, {encrypted, "is encrypted"}, {text, "is not a private key"}};
  for (const auto& [file, what] : cases) {
    const auto found = faults("upstream_key = " + file + '\n');
    ASSERT_EQ(found.size(), 1U) << file;
    EXPECT_EQ(found[0].find("f:6: [server a] upstream_key: " + file + ": " + what), 0U) << found[0];
  }
}

TEST_F(Check, SaysOfAHostKeyWhatItIsAndInWhichLine) {
  const std::pair<std::string, const char*> cases[] = {
      {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF9jLkq+8EaFpmLDYB9ExyItTRljlA4AErGT9ctEm30x me\n", "is the public half"},
      {"-----BEGIN PUBLIC KEY-----\n", "is the public half"},
      {kCertificate, "is a certificate"},
      {"PuTTY-User-Key-File-3: ssh-ed25519\n", "is a key in PuTTY's format"},
      {"garbage ENCRYPTED\n", "can be read by others"}};
  for (const auto& [text, what] : cases) {
    write("host_key", text, 0644);
    const auto found = faults("");
    ASSERT_EQ(found.size(), 1U) << what;
    EXPECT_EQ(found[0].find("f:2: [pysshrp] key: " + path("host_key") + ": " + what), 0U) << found[0];
  }
  const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n", end = "-----END OPENSSH PRIVATE KEY-----\n";
  for (const std::string& garbage :
       {begin + "AAAA\n" + end, begin + end, begin, std::string{"\x7f ENCRYPTED"}, std::string{}, begin + "b3Blbn"}) {
    write("host_key", garbage, 0400);
    const auto found = faults("");
    ASSERT_EQ(found.size(), 1U) << garbage;
    EXPECT_EQ(found[0].find("f:2: [pysshrp] key: " + path("host_key") + ": is not a private key"), 0U) << found[0];
  }
  for (const char* encrypted : {kEncryptedKey, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n"}) {
    write("host_key", encrypted, 0400);
    EXPECT_NE(faults("").front().find(": is encrypted, and"), std::string::npos) << encrypted;
  }
}

TEST_F(Check, NamesTheLineOfEachListOfAlgorithms) {
  const auto found = faults("", "a", "macs = md5\nciphers = rot13\nkex_algorithms = none\nhost_key_algorithms = x\n");
  ASSERT_EQ(found.size(), 4U);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(found[i].find("f:" + std::to_string(i + 3) + ": [pysshrp] "), 0U) << found[i];
}

TEST_F(Check, NamesTheSectionOfAKeyThatIsNotThere) {
  const auto config = config::Config::parse("f", "# comment\n[pysshrp]\n");
  EXPECT_EQ(config.place_of("key").text(), "f:2");
  EXPECT_EQ(config::Config::parse("f", "").place_of("key").text(), "f");
}

TEST_F(Check, DoesNotLookAtFilesOfUsersItDoesNotKnow) {
  EXPECT_EQ(
      faults("authorized_keys = /none/\\1\nupstream_key = /none/\\g<1>\nupstream_certificate = /none/\\0\n", "^(.)"),
      Lines{});
}

TEST_F(Check, SaysOnceThatAPathIsNone) {
  EXPECT_EQ(faults("upstream_key = keys/a\n"), Lines{"f:6: [server a] upstream_key: 'keys/a' is not an absolute path"});
}

TEST_F(Check, AsksLibsshForTheAlgorithmsOfPublicKeys) {
  const std::string key{"public_key_algorithms = "};
  EXPECT_EQ(faults("", "a", key + "sk-ssh-ed25519@openssh.com, rsa-sha2-512\n"), Lines{});
  const auto found = faults("", "a", key + "ssh-ed25519, rsa-md5, curve25519-sha256\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(
      found[0].find("f:3: [pysshrp] public_key_algorithms: 'rsa-md5', 'curve25519-sha256' is not known to libssh"), 0U)
      << found[0];
}

TEST_F(Check, AsksLibsshForTheAlgorithmsOfAnUpstream) {
  EXPECT_EQ(faults("upstream_kex_algorithms = +diffie-hellman-group1-sha1\nupstream_ciphers = aes128-cbc\n"), Lines{});
  for (const std::string key : {"kex_algorithms", "ciphers", "macs", "host_key_algorithms", "public_key_algorithms"}) {
    const auto found = faults("upstream_" + key + " = +rot13\n");
    ASSERT_EQ(found.size(), 1U) << key;
    EXPECT_EQ(found[0].find("f:6: [server a] upstream_" + key + ": 'rot13' is not known to libssh "), 0U) << found[0];
  }
  const auto found = faults("upstream_ciphers = -aes128-ctr\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("there is no '-' and no '^'"), std::string::npos) << found[0];
}

TEST_F(Check, NotesPasswordsThatAreNoneWithoutAByteOfThem) {
  const auto config = config::Config::parse(
      "f",
      "[defaults]\nupstream_password = {SSHA}s3cret\n[server a]\nuser = a\nupstream_host = h\npassword = $6$s3cret\n"
      "[server b]\nuser = b\nupstream_host = h\npassword = s3cret\n");
  EXPECT_EQ(texts(check(config, "").notes), (Lines{"f:2: [server a] upstream_password: note: is told as it is, though "
                                                   "it looks like a hash: the upstream wants the password itself",
                                                   "f:6: [server a] password: note: begins as a hash of crypt(3) and "
                                                   "has not the length of one: nobody can log in"}));
}

TEST_F(Check, NotesAuthoritiesOfHostsOnceForEachFile) {
  const auto known =
      write("known", "a ssh-ed25519 AAAA\n@cert-authority * ssh-ed25519 AAAA\n@cert-authority b x\n", 0640);
  const auto good = write("good", "@revoked * ssh-ed25519 AAAA\n", 0640);
  const auto server = [](const std::string& name, const std::string& file) {
    return "[server " + name + "]\nuser = " + name + "\nupstream_host = h\nupstream_known_hosts = " + file + '\n';
  };
  const auto config =
      config::Config::parse("f", server("a", known) + server("b", good) + server("c", known) + server("d", "/none"));
  EXPECT_EQ(texts(check(config, "").notes),
            Lines{known + ":2: note: @cert-authority lines are not used here: add each host's own key"});
}

TEST_F(Check, NotesWhatEverybodyMayWriteOrReplace) {
  const auto keys = write("keys", "", 0646);
  const auto notes = [&](const std::string& file) {
    return texts(check(config::Config::load(write(
                           "f", "[server a]\nuser = a\nupstream_host = h\nauthorized_keys = " + file + '\n', 0640)),
                       "")
                     .notes);
  };
  EXPECT_EQ(notes(keys), Lines{path("f") + ":4: [server a] authorized_keys: note: everybody may write to " + keys +
                               ": chmod o-w " + keys});
  ::chmod(keys.c_str(), 0644);
  EXPECT_EQ(notes(keys), Lines{});
  ::chmod(dir_.c_str(), 01777);
  EXPECT_EQ(notes(keys), Lines{});
  ::chmod(dir_.c_str(), 0777);
  const auto place = ": chmod o-w " + dir_;
  EXPECT_EQ(notes(keys),
            (Lines{path("f") + ": note: everybody may put another one in the place of " + path("f") + place,
                   path("f") + ":4: [server a] authorized_keys: note: everybody may put another one in the place of " +
                       keys + place}));
}

}  // namespace
}  // namespace pysshrp::connection
