#include "sftp/rules.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {

constexpr bool kReads = true, kWrites = true, kLogged = true, no = false;
using enum Operands;

// draft-ietf-secsh-filexfer-02, section 6, and OpenSSH's PROTOCOL, section 4.
constexpr Rule kRules[] = {
    {"open", {}, Type::open, path_followed, Type::handle, no, no, no},
    {"close", {}, Type::close, handle, Type::status, no, no, no},
    {"read", {}, Type::read, handle, Type::data, kReads, no, no},
    {"write", {}, Type::write, handle, Type::status, no, kWrites, no},
    {"lstat", {}, Type::lstat, path_itself, Type::attrs, no, no, no},
    {"fstat", {}, Type::fstat, handle, Type::attrs, no, no, no},
    {"setstat", {}, Type::setstat, path_followed, Type::status, no, kWrites, kLogged},
    {"fsetstat", {}, Type::fsetstat, handle, Type::status, no, kWrites, kLogged},
    {"opendir", {}, Type::opendir, path_followed, Type::handle, no, no, no},
    {"readdir", {}, Type::readdir, handle, Type::name, no, no, no},
    {"remove", {}, Type::remove, path_itself, Type::status, no, kWrites, kLogged},
    {"mkdir", {}, Type::mkdir, path_itself, Type::status, no, kWrites, kLogged},
    {"rmdir", {}, Type::rmdir, path_itself, Type::status, no, kWrites, kLogged},
    {"realpath", {}, Type::realpath, path_followed, Type::name, no, no, no},
    {"stat", {}, Type::stat, path_followed, Type::attrs, no, no, no},
    {"rename", {}, Type::rename, two_paths, Type::status, no, kWrites, kLogged},
    {"readlink", {}, Type::readlink, path_itself, Type::name, no, no, no},
    {"symlink", {}, Type::symlink, link, Type::status, no, kWrites, kLogged},
    {"posix-rename", "posix-rename@openssh.com", Type::extended, two_paths, Type::status, no, kWrites, kLogged},
    {"hardlink", "hardlink@openssh.com", Type::extended, two_paths, Type::status, no, kWrites, kLogged},
    {"statvfs", "statvfs@openssh.com", Type::extended, path_followed, Type::extended_reply, no, no, no},
    {"fstatvfs", "fstatvfs@openssh.com", Type::extended, handle, Type::extended_reply, no, no, no},
    {"fsync", "fsync@openssh.com", Type::extended, handle, Type::status, no, kWrites, no},
    {"lsetstat", "lsetstat@openssh.com", Type::extended, path_itself, Type::status, no, kWrites, kLogged},
    {"limits", "limits@openssh.com", Type::extended, nothing, Type::extended_reply, no, no, no},
    {"expand-path", "expand-path@openssh.com", Type::extended, path_followed, Type::name, no, no, no},
    {"copy-data", "copy-data", Type::extended, two_handles, Type::status, kReads, kWrites, kLogged},
    {"home-directory", "home-directory", Type::extended, nothing, Type::name, no, no, no},
    {"users-groups-by-id", "users-groups-by-id@openssh.com", Type::extended, nothing, Type::extended_reply, no, no, no},
};

}  // namespace

const Rule* rule_of(Type type, std::string_view extension) {
  const auto* found =
      std::ranges::find_if(kRules, [&](const Rule& rule) { return rule.type == type && rule.extension == extension; });
  return found == std::end(kRules) ? nullptr : found;
}

bool is_request_name(std::string_view name) {
  return std::ranges::any_of(kRules, [&](const Rule& rule) { return rule.name == name; });
}

std::string_view forbidden(const Rule& rule, std::uint32_t flags, SftpAccess access) {
  const bool opens = rule.type == Type::open;
  if (access == SftpAccess::read_only && (opens ? (flags & ~kRead) != 0 : rule.writes)) return "read-only";
  // sftp-server opens for reading unless WRITE is asked for.
  if (access == SftpAccess::upload_only && (opens ? (flags & (kRead | kWrite)) != kWrite : rule.reads))
    return "upload-only";
  return {};
}

}  // namespace pysshrp::sftp
