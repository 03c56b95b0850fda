#include <algorithm>

#include "config/reading.h"
#include "config/values.h"

namespace pysshrp::config {

Result<std::vector<std::string>> paths(std::string_view text) {
  return list_of<std::string>(text, path);
}

Result<std::string> path(std::string_view text) {
  if (text.starts_with('/') && !has_control(text)) return std::string{text};
  return not_a(text, "an absolute path");
}

Result<std::string> root_path(std::string_view text) {
  // `~` would be a directory of that name: sftp-server knows no home but the directory it starts in.
  if (text.empty() || text.front() == '~' || has_control(text))
    return not_a(text, "a directory (absolute, or relative to the login directory, which is '.')");
  const bool absolute = text.front() == '/';
  std::string path;
  for (auto left = text; !left.empty();) {
    const auto component = left.substr(0, left.find('/'));
    left.remove_prefix(std::min(component.size() + 1, left.size()));
    if (component == "..") return not_a(text, "a directory without '..'");
    if (component.empty() || component == ".") continue;
    path += (path.empty() && !absolute ? "" : "/") + std::string{component};
  }
  if (path.empty()) return std::string{absolute ? "/" : "."};
  return path;
}

Result<std::string> upstream_file(std::string_view text) {
  if (text.empty() || text.front() == '~' || text.back() == '/' || has_control(text))
    return not_a(text, "a file of the upstream (absolute, or relative to the login directory)");
  return std::string{text};
}

Result<std::string> command(std::string_view text) {
  if (!text.empty() && !has_control(text)) return std::string{text};
  return not_a(text, "a command");
}

Result<UserName> user_name(std::string_view text) {
  if (!text.empty() && text.size() <= 255 && !has_control(text)) return UserName{std::string{text}};
  return not_a(text, "a user name (1-255 bytes, no control characters)");
}

}  // namespace pysshrp::config
