#include "upstream/known_hosts_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace pysshrp::upstream {
namespace {

constexpr const char* kLine = "host ssh-ed25519 AAAA\n";

class KnownHostsFileTest : public testing::Test {
 protected:
  KnownHostsFileTest() {
    std::string name = (std::filesystem::temp_directory_path() / "pysshrp-known-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    path_ = directory_ + "/known_hosts";
  }
  ~KnownHostsFileTest() override { std::filesystem::remove_all(directory_); }

  static void write(const std::string& file, const std::string& text) { std::ofstream{file, std::ios::binary} << text; }
  std::string read() const {
    std::ifstream in{path_, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  Status append() const {
    const auto file = PYSSHRP_TRY(KnownHostsFile::open(path_));
    return file.append(kLine);
  }
  /// In how many descriptors of this process the file is open.
  long openings(const std::string& file) const {
    long n = 0;
    std::error_code error;
    for (const auto& fd : std::filesystem::directory_iterator{"/proc/self/fd"})
      n += std::filesystem::read_symlink(fd.path(), error) == file ? 1 : 0;
    return n;
  }

  std::string directory_, path_;
};

TEST_F(KnownHostsFileTest, AddsALineOfItsOwn) {
  const std::pair<std::string, std::string> cases[] = {{"", kLine},
                                                       {"\n", std::string{"\n"} + kLine},
                                                       {"other key\n", std::string{"other key\n"} + kLine},
                                                       {"other key", std::string{"other key\n"} + kLine},
                                                       {"other key\r", std::string{"other key\r\n"} + kLine}};
  for (const auto& [before, after] : cases) {
    write(path_, before);
    EXPECT_TRUE(append());
    EXPECT_EQ(read(), after);
  }
}

TEST_F(KnownHostsFileTest, IsMadeWhereThereIsNone) {
  const mode_t mask = ::umask(0);
  EXPECT_TRUE(append());
  ::umask(mask);
  struct stat st {};
  ASSERT_EQ(::stat(path_.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777U, 0640U);
  EXPECT_EQ(read(), kLine);
}

TEST_F(KnownHostsFileTest, KeepsItsOwnerModeAndInode) {
  write(path_, "other key");
  ::chmod(path_.c_str(), 0664);
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(path_.c_str(), &before), 0);
  EXPECT_TRUE(append());
  ASSERT_EQ(::stat(path_.c_str(), &after), 0);
  EXPECT_EQ(before.st_mode, after.st_mode);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(KnownHostsFileTest, IsAsItWasAfterAShortWrite) {
  const std::string text = "other key";
  write(path_, text);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  for (const rlim_t room : {rlim_t{0}, rlim_t{1}, rlim_t{9}}) {
    const rlimit limit{text.size() + room, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto added = append();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().what.find(path_ + " cannot be written: "), 0U);
    EXPECT_EQ(read(), text);
  }
  ::signal(SIGXFSZ, handler);
}

TEST_F(KnownHostsFileTest, IsReachedThroughASymbolicLink) {
  write(directory_ + "/elsewhere", "other key");
  std::filesystem::create_symlink("elsewhere", path_);
  EXPECT_TRUE(append());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(read(), std::string{"other key\n"} + kLine);
}

TEST_F(KnownHostsFileTest, IsAFile) {
  std::filesystem::create_symlink("/dev/null", path_);
  EXPECT_FALSE(append());
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(append());
}

TEST_F(KnownHostsFileTest, IsTheOneThatIsThereWhenTheLockIsHad) {
  write(path_, "old\n");
  const Fd other{::open(path_.c_str(), O_RDWR | O_CLOEXEC)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  std::thread handler{[&] { EXPECT_TRUE(append()); }};
  for (int tries = 0; openings(path_) < 2 && tries < 100'000; ++tries) std::this_thread::yield();
  EXPECT_EQ(openings(path_), 2) << "nobody waits for the lock";
  write(directory_ + "/new", "new\n");
  std::filesystem::rename(directory_ + "/new", path_);
  ASSERT_EQ(::flock(other.get(), LOCK_UN), 0);
  handler.join();
  EXPECT_EQ(read(), std::string{"new\n"} + kLine);
}

TEST_F(KnownHostsFileTest, SaysHowItIsOpenedToTheHandlers) {
  if (::geteuid() != 0) GTEST_SKIP() << "root may write everything, nobody else can become somebody";
  ::chmod(directory_.c_str(), 0755);
  const auto as_nobody = [&](auto what) {
    EXPECT_EQ(::seteuid(65534), 0);
    auto status = what();
    EXPECT_EQ(::seteuid(0), 0);
    return status ? std::string{"good"} : status.error().what;
  };
  const auto opened = [&] { return append(); };
  const auto checked = [&] { return check_appendable(path_); };
  const std::string absent = as_nobody(opened);
  EXPECT_EQ(absent.find(path_ + " cannot be written: Permission denied: the user nobody may not: install -m 0660 -g "),
            0U)
      << absent;
  EXPECT_TRUE(absent.ends_with(" /dev/null " + path_)) << absent;
  EXPECT_EQ(as_nobody(checked), absent);
  write(path_, "");
  const std::string closed = as_nobody(opened);
  EXPECT_TRUE(closed.ends_with("; chmod 0660 " + path_)) << closed;
  EXPECT_EQ(as_nobody(checked), closed);
  ::chmod(path_.c_str(), 0666);
  EXPECT_EQ(as_nobody(checked), "good");
  EXPECT_EQ(as_nobody(opened), "good");
}

}  // namespace
}  // namespace pysshrp::upstream
