#include "config/files.h"

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/fd.h"
#include "base/handle.h"
#include "base/regular_file.h"
#include "base/unreadable.h"

namespace pysshrp::config {
namespace {

using Directory = std::unique_ptr<DIR, Releaser<closedir>>;

Error system_error(int number) {
  return {std::generic_category().message(number)};
}

/// From here to the end of the file, which may change meanwhile.
Result<std::vector<char>> read_all(const Fd& fd, std::size_t expected) {
  std::vector<char> text(expected + 1);
  std::size_t size = 0;
  for (;;) {
    const auto got = ::read(fd.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno);
    size += static_cast<std::size_t>(got);
    if (got == 0 || size == text.size()) break;
  }
  if (size == text.size()) return Error{"changed while it was read"};
  text.resize(size);
  return text;
}

/// Everything up to the last '/', with what glob(3) would take for its own escaped.
std::string literal_directory(const std::string& path) {
  std::string escaped;
  for (const char c : path.substr(0, path.rfind('/') + 1)) {
    if (std::string_view{"*?[\\"}.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

Result<std::unique_ptr<File>> read_file(const std::string& path) {
  const Fd fd = open_for_reading(path);
  struct stat status {};
  if (!fd) return Error{why_unreadable(path, errno)};
  if (::fstat(fd.get(), &status) != 0) return system_error(errno);
  if (!S_ISREG(status.st_mode)) return Error{"is not a regular file"};
  auto text = PYSSHRP_TRY(read_all(fd, static_cast<std::size_t>(status.st_size)));
  return File::parse(path, std::move(text), {status.st_mode, status.st_dev, status.st_ino});
}

Result<std::vector<std::string>> included_files(const std::string& including, const std::string& item) {
  const bool absolute = item.starts_with('/');
  if (item.find_first_of("*?[") == item.npos)
    return std::vector{absolute ? item : including.substr(0, including.rfind('/') + 1) + item};
  // A directory that is not there has nothing to match; one that cannot be read may have.
  const auto stop = [](const char*, int error) noexcept { return error == ENOENT || error == ENOTDIR ? 0 : 1; };
  glob_t found{};
  const auto pattern = absolute ? item : literal_directory(including) + item;
  const int result = ::glob(pattern.c_str(), 0, stop, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result != 0 && result != GLOB_NOMATCH) return Error{"its directory cannot be read"};
  return paths;
}

bool exists(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 || errno != ENOENT;
}

bool is_directory(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> names_in(const std::string& directory, std::string_view end) {
  const Directory open{::opendir(directory.c_str())};
  if (!open) return system_error(errno);
  std::vector<std::string> names;
  errno = 0;
  while (const auto* const entry = ::readdir(open.get())) {
    const std::string_view name{entry->d_name};
    if (!name.starts_with('.') && name.ends_with(end)) names.emplace_back(name.substr(0, name.size() - end.size()));
    errno = 0;
  }
  if (errno != 0) return system_error(errno);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace pysshrp::config
