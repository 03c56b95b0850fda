#include "base/unreadable.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pysshrp {
namespace {

std::string user() {
  const passwd* const entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

std::string group() {
  const ::group* const entry = ::getgrgid(::getegid());
  return entry != nullptr ? entry->gr_name : std::to_string(::getegid());
}

/// The first directory of the path that this process may not enter; empty if there is none.
std::string closed_directory(const std::string& file) {
  for (auto slash = file.find('/', 1); slash != file.npos; slash = file.find('/', slash + 1)) {
    std::string directory = file.substr(0, slash);
    if (::faccessat(AT_FDCWD, directory.c_str(), X_OK, AT_EACCESS) != 0 && errno == EACCES) return directory;
  }
  return {};
}

std::string why_not(const std::string& file, int error, const std::string& cure) {
  const std::string what = std::generic_category().message(error);
  if (error != EACCES) return what;
  const std::string who = what + ": the user " + user() + " may not", directory = closed_directory(file);
  if (directory.empty()) return who + ": " + cure;
  return who + " enter " + directory + ": chgrp " + group() + ' ' + directory + "; chmod 0750 " + directory;
}

}  // namespace

std::string why_unreadable(const std::string& file, int error) {
  return why_not(file, error, "chgrp " + group() + ' ' + file + "; chmod 0640 " + file);
}

std::string why_unwritable(const std::string& file, int error) {
  const bool is_there = ::faccessat(AT_FDCWD, file.c_str(), F_OK, AT_EACCESS) == 0;
  return why_not(file, error,
                 is_there ? "chgrp " + group() + ' ' + file + "; chmod 0660 " + file
                          : "install -m 0660 -g " + group() + " /dev/null " + file);
}

}  // namespace pysshrp
