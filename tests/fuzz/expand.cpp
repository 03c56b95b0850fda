// Three lines: a pattern, a user name, a value. Whatever they are, what the value expands to is safe or refused.
#include "route/expand.h"

#include <cstdint>
#include <string>

#include "config/values.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

namespace {

constexpr std::size_t kLongestInput = 1024;

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view take_component(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto component = path.substr(0, end);
  path.remove_prefix(end);
  return component;
}

/// A path has the shape of its template with an `x` for every capture: as many components, and none is `.`, `..` or
/// empty that was not written so.
void require_shape(std::string_view path, std::string_view shape) {
  for (;;) {
    const auto component = take_component(path), written = take_component(shape);
    require(fuzz::is_plain_component(component) || component == written);
    require(path.empty() == shape.empty());
    if (path.empty()) return;
    path.remove_prefix(1);
    shape.remove_prefix(1);
  }
}

/// `/`, `.`, or plain components, the first one perhaps after a `/`.
void require_plain_root(std::string_view root) {
  if (root == "/" || root == ".") return;
  if (root.starts_with('/')) root.remove_prefix(1);
  for (;;) {
    require(fuzz::is_plain_component(take_component(root)));
    if (root.empty()) return;
    root.remove_prefix(1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLongestInput) return 0;
  std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto text = take_line(input), name = take_line(input), value = take_line(input);

  const auto pattern = route::Pattern::compile(text);
  if (!pattern || !route::validate_user_name(name)) return 0;
  const auto matched = pattern->match(name);
  if (!matched || !*matched) return 0;
  const route::Captures& captures = **matched;
  require(captures.size() == pattern->groups().size());

  const auto expanded = route::expand(value, captures, route::validate_text);
  require(expanded.has_value() == route::check_references(value, *pattern).has_value());
  if (!expanded) return 0;
  if (const auto host = config::host(expanded->reveal())) require(fuzz::is_safe_host(host->view()));
  if (const auto port = config::port(expanded->reveal()))
    require(std::to_string(*port).size() <= expanded->reveal().size() && *port > 0);
  if (const auto user = config::user_name(expanded->reveal()))
    require(!user->view().empty() && user->view().size() <= 255);
  if (const auto root = config::root_path(expanded->reveal())) require_plain_root(*root);

  auto shape = captures;
  for (auto& capture : shape) capture.text = "x";
  const auto path = route::expand(value, captures, route::validate_path_component);
  if (path && config::path(path->reveal()))
    require_shape(path->reveal(), route::expand(value, shape, route::validate_text)->reveal());
  return 0;
}
