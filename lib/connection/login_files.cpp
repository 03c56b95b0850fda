#include "connection/login_files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"
#include "config/keys.h"
#include "ssh/private_key.h"

namespace pysshrp::connection {
namespace {

Status readable(const std::string& file) {
  // Without O_NONBLOCK, opening a FIFO would wait for a writer.
  const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!fd) return Error{file + ": cannot be read: " + ::strerror(errno)};
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return Error{file + ": is not a file"};
  return {};
}

Status private_key(const std::string& file) {
  if (auto key = ssh::load_private_key(file); !key) return std::move(key).error();
  return {};
}

struct File {
  std::string_view key;
  Status (*check)(const std::string& file);
};
constexpr File kFiles[] = {
    {"authorized_keys", readable}, {"upstream_key", private_key}, {"upstream_certificate", readable}};

}  // namespace

std::vector<config::Fault> check_login_files(const config::Server& server) {
  std::vector<config::Fault> faults;
  for (const File& file : kFiles) {
    const config::Entry* const entry = server.find(file.key);
    // What is no absolute path has been said.
    if (!entry || !entry->value().starts_with('/') || config::has_captures(entry->value())) continue;
    if (auto good = file.check(std::string{entry->value()}); !good)
      faults.push_back({entry->place(), "server " + std::string{server.name()}, std::string{file.key},
                        std::move(good).error().what});
  }
  return faults;
}

}  // namespace pysshrp::connection
