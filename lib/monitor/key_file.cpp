#include "monitor/key_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/regular_file.h"
#include "config/keys.h"

namespace pysshrp::monitor {
namespace {
constexpr off_t kMaxFile = 1024 * 1024;
constexpr std::size_t kMostStats = 256;  // to ask for the sizes of more files would take longer than to read one

struct Keys {
  Fd fd;
  std::size_t size;
};

/// A file that may be trusted with keys.
Result<Keys> open_keys(const std::string& file) {
  auto opened = open_regular_file(file);
  if (!opened) return Error{file + ": " + opened.error().what};
  auto& [fd, st] = *opened;
  if ((st.st_mode & 0002) != 0) return Error{file + ": can be written by everybody: chmod o-w " + file};
  if (st.st_size > kMaxFile) return Error{file + ": is larger than 1 MiB"};
  return Keys{std::move(fd), static_cast<std::size_t>(st.st_size)};
}

/// Looks for a text in `bytes` bytes, which `give` writes as read(2) does. In one small buffer: fresh memory for all of
/// them would take ten times as long. Of a longer text the first half of that: no key that counts is so long.
template <class Give>
Searched search(std::string_view wanted, std::size_t bytes, Give give) {
  std::array<char, 32768> buffer;
  if (wanted.empty()) return {true, 0};
  wanted = wanted.substr(0, buffer.size() / 2);
  std::size_t held = 0, all = 0;
  while (all < bytes) {
    const ssize_t n = give(buffer.data() + held, std::min(buffer.size() - held, bytes - all));
    if (n <= 0) break;
    all += static_cast<std::size_t>(n);
    held += static_cast<std::size_t>(n);
    if (::memmem(buffer.data(), held, wanted.data(), wanted.size()) != nullptr) return {true, all};
    const std::size_t kept = std::min(held, wanted.size() - 1);  // where it may have begun
    std::copy(buffer.data() + (held - kept), buffer.data() + held, buffer.data());
    held = kept;
  }
  return {false, all};
}

}  // namespace

Result<std::string> read_key_file(const std::string& file) {
  const auto [fd, size] = PYSSHRP_TRY(open_keys(file));
  std::string text(size, '\0');
  const ssize_t n = ::read(fd.get(), text.data(), text.size());
  if (n < 0) return Error{file + ": cannot be read: " + ::strerror(errno)};
  text.resize(static_cast<std::size_t>(n));
  return text;
}

Result<auth::RevokedKeys> read_revoked_keys(const std::string& file) {
  const std::string text = PYSSHRP_TRY(read_key_file(file));
  auto revoked = auth::RevokedKeys::parse(text);
  if (!revoked) return Error{file + ": " + revoked.error().what};
  return revoked;
}

Result<Searched> search_key_file(const std::string& file, std::string_view base64) {
  const auto keys = PYSSHRP_TRY(open_keys(file));
  return search(base64, keys.size, [&](char* to, std::size_t room) { return ::read(keys.fd.get(), to, room); });
}

std::size_t search_in_vain(std::size_t bytes, std::string_view base64) {
  // No key: its blob is one byte short.
  constexpr std::string_view kLine =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH0r7QxVb2mZk9TgLwYcPdS5uAeJ3oNiHf8sKtWyRqU6= nobody@nowhere\n";
  const auto give = [&](char* to, std::size_t room) {
    for (std::size_t at = 0; at < room; at += kLine.size()) kLine.copy(to + at, room - at);
    return static_cast<ssize_t>(room);
  };
  return search(base64, bytes, give).bytes;
}

namespace {

std::size_t most_of(const config::Config& config, std::string_view key) {
  std::set<std::string_view> files;
  for (const config::Server& server : config.servers())
    if (const config::Entry* const entry = server.find(key)) files.insert(entry->value());
  const bool of_users = std::any_of(files.begin(), files.end(), config::has_captures);
  if (of_users || files.size() > kMostStats || !config.settings().routes_dir.empty()) return kMaxFile;
  off_t most = 0;
  for (const std::string_view file : files) {
    struct stat st {};
    if (::stat(std::string{file}.c_str(), &st) == 0 && S_ISREG(st.st_mode)) most = std::max(most, st.st_size);
  }
  return static_cast<std::size_t>(std::min(most, kMaxFile));
}

}  // namespace

std::size_t most_key_files(const config::Config& config) {
  return most_of(config, "authorized_keys") + most_of(config, "trusted_user_ca_keys");
}

}  // namespace pysshrp::monitor
