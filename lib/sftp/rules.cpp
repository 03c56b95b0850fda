#include "sftp/rules.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {

constexpr bool kReads = true, kWrites = true, kLogged = true, no = false;
using enum Subject;

// draft-ietf-secsh-filexfer-02, section 6, and OpenSSH's PROTOCOL, section 4.
constexpr Rule kRules[] = {
    {Type::open, {}, "open", path_followed, Type::handle, no, no, no},
    {Type::close, {}, "close", handle, Type::status, no, no, no},
    {Type::read, {}, "read", handle, Type::data, kReads, no, no},
    {Type::write, {}, "write", handle, Type::status, no, kWrites, no},
    {Type::lstat, {}, "lstat", path_itself, Type::attrs, no, no, no},
    {Type::fstat, {}, "fstat", handle, Type::attrs, no, no, no},
    {Type::setstat, {}, "setstat", path_followed, Type::status, no, kWrites, kLogged},
    {Type::fsetstat, {}, "fsetstat", handle, Type::status, no, kWrites, kLogged},
    {Type::opendir, {}, "opendir", path_followed, Type::handle, no, no, no},
    {Type::readdir, {}, "readdir", handle, Type::name, no, no, no},
    {Type::remove, {}, "remove", path_itself, Type::status, no, kWrites, kLogged},
    {Type::mkdir, {}, "mkdir", path_itself, Type::status, no, kWrites, kLogged},
    {Type::rmdir, {}, "rmdir", path_itself, Type::status, no, kWrites, kLogged},
    {Type::realpath, {}, "realpath", path_followed, Type::name, no, no, no},
    {Type::stat, {}, "stat", path_followed, Type::attrs, no, no, no},
    {Type::rename, {}, "rename", two_paths, Type::status, no, kWrites, kLogged},
    {Type::readlink, {}, "readlink", path_itself, Type::name, no, no, no},
    {Type::symlink, {}, "symlink", link, Type::status, no, kWrites, kLogged},
    {Type::extended, "posix-rename@openssh.com", "posix-rename", two_paths, Type::status, no, kWrites, kLogged},
    {Type::extended, "hardlink@openssh.com", "hardlink", two_paths, Type::status, no, kWrites, kLogged},
    {Type::extended, "statvfs@openssh.com", "statvfs", path_followed, Type::extended_reply, no, no, no},
    {Type::extended, "fstatvfs@openssh.com", "fstatvfs", handle, Type::extended_reply, no, no, no},
    {Type::extended, "fsync@openssh.com", "fsync", handle, Type::status, no, kWrites, no},
    {Type::extended, "lsetstat@openssh.com", "lsetstat", path_itself, Type::status, no, kWrites, kLogged},
    {Type::extended, "limits@openssh.com", "limits", nothing, Type::extended_reply, no, no, no},
    {Type::extended, "expand-path@openssh.com", "expand-path", path_followed, Type::name, no, no, no},
    {Type::extended, "copy-data", "copy-data", two_handles, Type::status, kReads, kWrites, kLogged},
    {Type::extended, "home-directory", "home-directory", nothing, Type::name, no, no, no},
    {Type::extended, "users-groups-by-id@openssh.com", "users-groups-by-id", nothing, Type::extended_reply, no, no, no},
};

}  // namespace

const Rule* rule_of(Type type, std::string_view extension) {
  const auto* found = std::ranges::find_if(kRules, [&](const Rule& rule) { return rule.type == type && rule.extension == extension; });
  return found == std::end(kRules) ? nullptr : found;
}

std::string_view forbidden(const Rule& rule, std::uint32_t flags, SftpAccess access) {
  const bool opens = rule.type == Type::open;
  if (access == SftpAccess::read_only && (opens ? (flags & ~kRead) != 0 : rule.writes)) return "read-only";
  // sftp-server opens for reading unless WRITE is asked for.
  if (access == SftpAccess::upload_only && (opens ? (flags & (kRead | kWrite)) != kWrite : rule.reads)) return "upload-only";
  return {};
}

}  // namespace pysshrp::sftp
