#pragma once
#include <string_view>

namespace pysshrp::config {

/// What looks like a slip in the text of a `user`, an exact name or a pattern; empty where nothing does.
std::string_view note_user(std::string_view user) noexcept;

}  // namespace pysshrp::config
