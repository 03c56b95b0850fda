#include "route/validate.h"

#include <string>

#include "base/network.h"
#include "base/utf8.h"
#include "config/text.h"

namespace pysshrp::route {
namespace {

constexpr std::size_t kLongestUserName = 255;

/// C0, DEL and C1, which UTF-8 writes as C2 80 to C2 9F: what a terminal or a log would obey instead of show.
bool has_control(std::string_view text) noexcept {
  for (auto at = text.find('\xc2'); at != text.npos; at = text.find('\xc2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0) return true;
  return config::has_control(text);
}

}  // namespace

Status validate_user_name(std::string_view name) {
  if (name.size() > kLongestUserName) return Error{"user name of " + std::to_string(name.size()) + " bytes"};
  if (!is_utf8(name)) return Error{"user name with invalid UTF-8"};
  if (has_control(name)) return Error{"user name with control characters"};
  return {};
}

Status validate_text(std::string_view) {
  return {};
}

Status validate_host_part(std::string_view capture) {
  if (capture.find_first_of(",:[] \t") == capture.npos || Address::parse(capture)) return {};
  return Error{config::in_quotes(capture) + " is not part of one host name"};
}

Status validate_list_item(std::string_view capture) {
  if (capture.find_first_of(", \t") == capture.npos) return {};
  return Error{config::in_quotes(capture) + " is not part of one item of a list"};
}

Status validate_path_component(std::string_view capture) {
  const bool plain = !capture.empty() && capture != "." && capture != ".." && capture.find('/') == capture.npos;
  if (!plain || has_control(capture)) return Error{config::in_quotes(capture) + " is not one plain path component"};
  return {};
}

Validator validator_of(config::Capture capture) noexcept {
  switch (capture) {
    case config::Capture::none:
      break;
    case config::Capture::text:
      return validate_text;
    case config::Capture::host_part:
      return validate_host_part;
    case config::Capture::list_item:
      return validate_list_item;
    case config::Capture::path_component:
      return validate_path_component;
  }
  return nullptr;
}

}  // namespace pysshrp::route
