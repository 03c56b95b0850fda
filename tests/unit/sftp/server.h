#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sftp/path.h"
#include "sftp/wire.h"

/// An SFTP server over a tree in memory, that behaves as OpenSSH's sftp-server where it matters: paths, links,
/// statuses. It notes what it is asked for and what it touches, and can be less good at REALPATH.
namespace pysshrp::sftp::test {

class Server {
 public:
  enum class Realpath { openssh, existing_only, tidies_only };
  enum class Symlink { target_first, link_first, fails, unsupported };
  struct Node {
    char kind = 'f';   ///< f, d, l
    std::string text;  ///< contents, or the link's target
  };

  explicit Server(Realpath of = Realpath::openssh) : realpath(of) {
    for (const char* folder : {"/", "/proc", "/proc/42", "/home", "/home/me"}) nodes[folder] = {'d', {}};
    nodes["/proc/self"] = {'l', "42"};
  }

  Realpath realpath;
  Symlink symlink = Symlink::target_first;
  bool tells_types = true;  ///< in modes
  bool has_readlink = true;
  std::string words = "upstream words with /srv in them";
  std::uint32_t max_handles = 1019;
  bool tells_targets = false;  ///< in the lines of a listing
  bool keeps_targets = true;   ///< of links; else they are joined to the login directory
  std::map<std::string, Node> nodes;
  std::set<std::string> touched;           ///< where requests other than REALPATH and LSTAT ended up
  std::set<std::string> looked_at;         ///< where LSTAT did
  std::vector<std::string> asked;          ///< one line for each request: its name and its paths, as they came
  void (*after)(Server&, Type) = nullptr;  ///< called when a request is done: somebody else's doings

  /// Takes bytes of the client, gives the answers.
  std::string take(std::string_view bytes) {
    in_ += bytes;
    std::string out;
    while (in_.size() >= 4) {
      const std::uint32_t length = Reader{in_}.u32();
      if (in_.size() < length + std::size_t{4}) break;
      const std::string frame = in_.substr(4, length);
      in_.erase(0, length + std::size_t{4});
      const auto type = static_cast<Type>(frame[0]);
      Writer answer = serve(type, std::string_view{frame}.substr(1));
      const auto span = answer.finish();
      out.append(span.data(), span.size());
      if (after) after(*this, type);
    }
    return out;
  }

 private:
  struct Found {
    std::string path;
    Node* node;  ///< null: only the last component is missing
  };
  struct Handle {
    std::string path;
    bool listed = false;
  };

  std::optional<Found> find(std::string path, bool follow) {
    if (!path.starts_with('/')) path = "/home/me/" + path;
    for (int links = 0; links < 32; ++links) {
      std::string at = "/";
      std::string_view left = path;
      bool again = false;
      while (!left.empty() && !again) {
        const auto slash = std::min(left.find('/'), left.size());
        const std::string component{left.substr(0, slash)};
        const bool is_folder = slash < left.size();  // whatever follows it
        left.remove_prefix(std::min(slash + 1, left.size()));
        const bool is_last = left.find_first_not_of('/') == left.npos;
        if (component.empty() || component == ".") continue;
        if (component == "..") {
          at = std::string{parent(at)};
          continue;
        }
        const auto next = (at == "/" ? "" : at) + '/' + component;
        const auto node = nodes.find(next);
        if (node == nodes.end()) return is_last ? std::optional{Found{next, nullptr}} : std::nullopt;
        if (node->second.kind == 'l' && (is_folder || follow)) {
          const auto& target = node->second.text;
          path = (target.starts_with('/') ? "" : at + '/') + target + (is_folder ? '/' + std::string{left} : "");
          again = true;
        } else if (node->second.kind == 'f' && is_folder) {
          return {};
        } else {
          at = next;
        }
      }
      if (!again) return Found{at, &nodes[at]};
    }
    return {};
  }

  Writer status(Code code) {
    return std::move(Writer{Type::status, id_}.u32(static_cast<std::uint32_t>(code)).string(words).string(""));
  }
  Writer name(std::string_view text) {
    return std::move(Writer{Type::name, id_}.u32(1).string(text).string(text).u32(0));
  }
  std::uint32_t mode(const Node& node) const {
    if (!tells_types) return 0644U;
    return (node.kind == 'd' ? 0040000U : node.kind == 'l' ? 0120000U : 0100000U) | 0644U;
  }
  Writer attrs(const Node& node) { return std::move(Writer{Type::attrs, id_}.u32(4).u32(mode(node))); }

  std::string kept(const std::string& target) const {
    return keeps_targets || target.starts_with('/') ? target : "/home/me/" + target;
  }

  Node* touch(const std::string& path, bool follow) {
    const auto found = find(path, follow);
    if (found) (type_ == Type::lstat ? looked_at : touched).insert(found->path);
    return found ? found->node : nullptr;
  }

  std::string path(Reader& reader) {
    std::string text{reader.string()};
    asked.back() += ' ' + text;
    return text;
  }

  Writer give_handle(const std::string& path) {
    std::string key = "h" + std::to_string(next_handle_++);
    handles_[key] = {path};
    return std::move(Writer{Type::handle, id_}.string(key));
  }

  Writer serve(Type type, std::string_view body) {
    Reader reader{body};
    if (type == Type::init) {
      Writer version{Type::version};
      return std::move(version.u32(3)
                           .string("posix-rename@openssh.com")
                           .string("1")
                           .string("copy-file")
                           .string("1")
                           .string("copy-data")
                           .string("1")
                           .string(keeps_targets ? "fstatvfs@openssh.com" : "unknown")
                           .string("2"));
    }
    id_ = reader.u32();
    type_ = type;
    asked.push_back(std::to_string(static_cast<int>(type)));
    switch (type) {
      case Type::extended:
        return extended(std::string{reader.string()}, reader);
      case Type::open: {
        const auto file = path(reader);
        return open(file, reader.u32());
      }
      case Type::opendir: {
        const auto folder = path(reader);
        const auto* node = touch(folder, true);
        return node && node->kind == 'd' ? give_handle(find(folder, true)->path) : status(Code::no_such_file);
      }
      case Type::close:
        return status(handles_.erase(std::string{reader.string()}) ? Code::ok : Code::failure);
      case Type::realpath:
        return real(path(reader));
      case Type::lstat:
      case Type::stat: {
        const auto* node = touch(path(reader), type == Type::stat);
        return node ? attrs(*node) : status(Code::no_such_file);
      }
      case Type::readlink: {
        const auto* node = touch(path(reader), false);
        if (!has_readlink) return status(Code::op_unsupported);
        return !node ? status(Code::no_such_file) : node->kind == 'l' ? name(node->text) : status(Code::bad_message);
      }
      case Type::setstat:
        return status(touch(path(reader), true) ? Code::ok : Code::no_such_file);
      case Type::remove:
      case Type::rmdir:
        return remove(path(reader), type == Type::rmdir);
      case Type::mkdir:
        return make(path(reader), {'d', {}});
      case Type::symlink: {
        const auto first = path(reader), second = path(reader);
        switch (symlink) {
          case Symlink::target_first:
            return make(second, {'l', kept(first)});
          case Symlink::link_first:
            return make(first, {'l', kept(second)});
          case Symlink::fails:
            return status(Code::failure);
          case Symlink::unsupported:
            return status(Code::op_unsupported);
        }
        return status(Code::failure);
      }
      case Type::rename: {
        const auto from = path(reader);
        return rename(from, path(reader));
      }
      default:
        return with_handle(type, reader);
    }
  }

  Writer extended(const std::string& extension, Reader& reader) {
    asked.back() += ' ' + extension;
    if (extension == "posix-rename@openssh.com" || extension == "hardlink@openssh.com") {
      const auto from = path(reader), to = path(reader);
      if (extension.starts_with('p')) return rename(from, to);
      const auto* node = touch(from, false);
      return node ? make(to, *node) : status(Code::no_such_file);
    }
    if (extension == "statvfs@openssh.com" || extension == "lsetstat@openssh.com") {
      const bool is_statvfs = extension.starts_with('s');
      if (!touch(path(reader), is_statvfs)) return status(Code::no_such_file);
      return is_statvfs ? std::move(Writer{Type::extended_reply, id_}.raw(std::string(88, 'v'))) : status(Code::ok);
    }
    if (extension == "limits@openssh.com")
      return std::move(Writer{Type::extended_reply, id_}.raw(std::string(24, 'l')).u32(0).u32(max_handles));
    if (extension == "expand-path@openssh.com") return real(path(reader));
    if (extension == "home-directory") return name("/home/me");
    if (extension == "users-groups-by-id@openssh.com")
      return std::move(Writer{Type::extended_reply, id_}.string("").string(""));
    if (extension == "fstatvfs@openssh.com") {
      const bool is_open = handles_.contains(std::string{reader.string()});
      return is_open ? std::move(Writer{Type::extended_reply, id_}.raw(std::string(88, 'v'))) : status(Code::failure);
    }
    return with_handle(Type::fsetstat, reader);
  }

  Writer open(const std::string& path, std::uint32_t flags) {
    constexpr std::uint32_t kTruncate = 0x10, kExclusive = 0x20;
    const auto found = find(path, true);
    if (!found) return status(Code::no_such_file);
    touched.insert(found->path);
    if (!found->node && !(flags & kCreate)) return status(Code::no_such_file);
    if (found->node && (flags & kExclusive)) return status(Code::failure);
    if (found->node && found->node->kind != 'f' && (flags & ~kRead)) return status(Code::failure);
    auto& node = nodes[found->path];
    if (flags & kTruncate) node.text.clear();
    return give_handle(found->path);
  }

  Writer with_handle(Type type, Reader& reader) {
    const auto found = handles_.find(std::string{reader.string()});
    if (found == handles_.end()) return status(Code::failure);
    const auto node = nodes.find(found->second.path);
    if (node == nodes.end() || node->second.kind == 'l') return status(Code::failure);  // it was opened as what is gone
    auto& text = node->second.text;
    if (type == Type::read) {
      const auto offset = static_cast<std::size_t>(reader.u64());
      const auto length = reader.u32();
      if (offset >= text.size()) return status(Code::eof);
      return std::move(Writer{Type::data, id_}.string(std::string_view{text}.substr(offset, length)));
    }
    if (type == Type::write) {
      const auto offset = static_cast<std::size_t>(reader.u64());
      const auto data = reader.string();
      if (offset > 1 << 20) return status(Code::failure);
      text.resize(std::max(text.size(), offset + data.size()));
      text.replace(offset, data.size(), data);
      return status(Code::ok);
    }
    if (type == Type::readdir) return list(found->second);
    if (type == Type::fstat) return attrs(node->second);
    return status(Code::ok);
  }

  Writer list(Handle& handle) {
    if (std::exchange(handle.listed, true)) return status(Code::eof);
    std::vector<std::pair<std::string, std::uint32_t>> entries{{"..", 0xdad}, {".", 0xe1f}};
    for (const auto& [path, node] : nodes)
      if (path != "/" && parent(path) == handle.path) entries.emplace_back(last(path), mode(node));
    const auto line = [&](const std::string& file, std::uint32_t mode) {
      const auto node = nodes.find(handle.path + '/' + file);
      const bool is_link = node != nodes.end() && node->second.kind == 'l';
      return "line of " + std::to_string(mode) + ' ' + file +
             (is_link && tells_targets ? " -> " + node->second.text : "");
    };
    Writer writer{Type::name, id_};
    writer.u32(static_cast<std::uint32_t>(entries.size()));
    for (const auto& [file, mode] : entries) writer.string(file).string(line(file, mode)).u32(4).u32(mode);
    return writer;
  }

  Writer real(const std::string& path) {
    if (realpath == Realpath::tidies_only)
      return name(path.starts_with('/') ? confine(path) : confine("/home/me", path));
    const auto found = find(path, true);
    if (!found || (!found->node && realpath == Realpath::existing_only)) return status(Code::no_such_file);
    return name(found->path);
  }

  Writer remove(const std::string& path, bool is_folder) {
    const auto found = find(path, false);
    if (!found || !found->node) return status(Code::no_such_file);
    touched.insert(found->path);
    if ((found->node->kind == 'd') != is_folder) return status(Code::failure);
    const auto child = nodes.lower_bound(found->path + '/');
    if (child != nodes.end() && child->first.starts_with(found->path + '/')) return status(Code::failure);
    nodes.erase(found->path);
    return status(Code::ok);
  }

  Writer make(const std::string& path, const Node& node) {
    const auto found = find(path, false);
    if (!found) return status(Code::no_such_file);
    if (found->node) return status(Code::failure);
    touched.insert(found->path);
    nodes[found->path] = Node{node};
    return status(Code::ok);
  }

  Writer rename(const std::string& from, const std::string& to) {
    const auto old = find(from, false), now = find(to, false);
    if (old) touched.insert(old->path);
    if (now) touched.insert(now->path);
    if (!old || !old->node || !now) return status(Code::no_such_file);
    if (now->path == old->path || (now->path + '/').starts_with(old->path + '/') ||
        (old->path + '/').starts_with(now->path + '/'))
      return status(Code::failure);
    if (now->node && now->node->kind == 'd') return status(Code::failure);
    move(old->path, now->path);
    return status(Code::ok);
  }

 public:
  /// A rename by somebody on the machine.
  void move(const std::string& from, const std::string& to) {
    std::map<std::string, Node> moved;
    for (auto it = nodes.begin(); it != nodes.end();) {
      if (it->first == from || it->first.starts_with(from + '/')) {
        moved[to + it->first.substr(from.size())] = it->second;
        it = nodes.erase(it);
      } else {
        ++it;
      }
    }
    for (auto& [path, node] : moved) nodes[path] = node;
  }

 private:
  std::string in_;
  std::uint32_t id_ = 0;
  Type type_ = Type::init;
  int next_handle_ = 0;
  std::map<std::string, Handle> handles_;
};

}  // namespace pysshrp::sftp::test
