#include "sftp/path.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {

/// Calls `visit` with each component that is not empty and not `.`.
template <class F>
void for_each_component(std::string_view path, F visit) {
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto component = path.substr(0, slash);
    if (!component.empty() && component != ".") visit(component);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
}

/// How far a relative path climbs: the number of `..` that leave its start, and whether all `..` come first. A `..`
/// after a name climbs from wherever that name links to.
struct Climb {
  std::size_t up = 0;
  bool first = true;
  bool any() const noexcept { return up > 0 || !first; }
};
Climb climb(std::string_view path) {
  Climb result;
  std::size_t depth = 0;
  bool named = false;
  for_each_component(path, [&](std::string_view component) {
    if (component != "..") {
      ++depth;
      named = true;
      return;
    }
    if (named) result.first = false;
    if (depth > 0)
      --depth;
    else
      ++result.up;
  });
  return result;
}

/// Of a plain path.
std::size_t depth(std::string_view path) {
  return path == "/" ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/'));
}

bool is_absolute(std::string_view path) {
  return path.starts_with('/');
}

/// The folder `up` levels above a plain path.
std::string_view ancestor(std::string_view path, std::size_t up) {
  for (; up > 0; --up) path = parent(path);
  return path;
}

constexpr std::string_view kMark = "/./";

/// The upstream's path of `end`, with kMark after `base`. Both are the client's, and `end` is at or below `base`.
std::string mark(std::string_view root, std::string_view base, std::string_view end) {
  std::string stored = below(root, base);
  if (stored == "/") stored.clear();
  end.remove_prefix(std::min(base == "/" ? 1 : base.size() + 1, end.size()));
  return (stored += kMark) += end;
}

/// The relative target that mark() encoded, for a link in the client's `folder`; nothing if `stored` has no mark or the
/// link has been moved.
std::optional<std::string> read_mark(std::string_view root, std::string_view folder, std::string_view stored) {
  const auto at = stored.find(kMark);
  if (at == stored.npos) return {};
  const auto base = view(root, at == 0 ? "/" : stored.substr(0, at));
  const auto rest = stored.substr(at + kMark.size());
  const bool is_plain_rest = rest.empty() || is_plain(std::string{'/'} += rest);
  if (!base || !is_plain_rest || !view(*base, folder)) return {};
  std::string typed;
  for (auto up = depth(folder) - depth(*base); up > 0; --up) typed += "../";
  typed += rest;
  if (typed.empty()) return ".";
  if (rest.empty()) typed.pop_back();
  return typed;
}

}  // namespace

std::string confine(std::string_view typed) {
  std::string path;
  for_each_component(typed, [&](std::string_view component) {
    if (component == "..") {
      path.resize(path.empty() ? 0 : path.rfind('/'));
    } else {
      (path += '/') += component;
    }
  });
  return path.empty() ? "/" : path;
}

std::string confine(std::string_view folder, std::string_view typed) {
  if (is_absolute(typed)) return confine(typed);
  return confine((std::string{folder} += '/') += typed);
}

std::string below(std::string_view root, std::string_view path) {
  if (path == "/") return std::string{root};
  return (root == "/" ? std::string{} : std::string{root}) += path;
}

bool is_plain(std::string_view path) {
  return is_absolute(path) && path.find('\0') == path.npos && confine(path) == path;
}

std::optional<std::string> view(std::string_view root, std::string_view path) {
  if (!is_plain(path)) return {};
  if (root == "/") return std::string{path};
  if (!path.starts_with(root)) return {};
  path.remove_prefix(root.size());
  if (path.empty()) return "/";
  if (!is_absolute(path)) return {};
  return std::string{path};
}

std::string_view parent(std::string_view path) {
  return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

std::string_view last(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::vector<std::string> steps(std::string_view root, std::string_view path) {
  std::vector<std::string> found;
  for (; path != root && path != "/"; path = parent(path)) found.emplace_back(path);
  std::ranges::reverse(found);
  return found;
}

std::optional<std::string> target_to_store(std::string_view root, std::string_view folder, std::string_view target,
                                           bool keeps_relative) {
  if (is_absolute(target)) return below(root, confine(target));
  const auto seen = view(root, folder);
  const auto rise = climb(target);
  if (!seen || rise.up > depth(*seen)) return {};
  if (!rise.any() && keeps_relative) return std::string{target};
  const auto end = confine(*seen, target);
  return rise.first ? mark(root, ancestor(*seen, rise.up), end) : below(root, end);
}

std::optional<std::string> end_of(std::string_view root, std::string_view folder, std::string_view target) {
  const auto seen = view(root, folder);
  const auto rise = climb(target);
  if (!seen || !rise.first) return {};
  if (!is_absolute(target))
    return rise.up > depth(*seen) ? std::nullopt : std::optional{below(root, confine(*seen, target))};
  const auto plain = confine(target);
  return rise.any() || !view(root, plain) ? std::nullopt : std::optional{plain};
}

std::optional<std::string> view_of_target(std::string_view root, std::string_view folder, std::string_view target) {
  const auto seen = view(root, folder);
  if (is_absolute(target)) {
    const auto typed = seen ? read_mark(root, *seen, target) : std::nullopt;
    return typed ? typed : view(root, confine(target));
  }
  if (!seen) return {};
  if (climb(target).up <= depth(*seen)) return std::string{target};
  return view(root, confine(folder, target));
}

}  // namespace pysshrp::sftp
