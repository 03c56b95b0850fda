#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "log/event.h"

namespace pysshrp::log {

inline constexpr std::size_t kNameMost = 256;       ///< bytes of one name in a record
inline constexpr std::size_t kSentenceMost = 1024;  ///< bytes of one reason, fault or other free text
inline constexpr std::size_t kPathMost =
    std::size_t{4} * 4096;                      ///< bytes of a path in its field: PATH_MAX, every byte escaped
inline constexpr std::size_t kLineMost = 4000;  ///< bytes of line(): below PIPE_BUF with room for a prefix

/// Text for one line of UTF-8, at most `most` bytes. Control characters, what turns the direction of writing,
/// characters nobody sees, bytes that are not UTF-8 and the ASCII characters in `also` become `\ooo`, a backslash two;
/// what is left out at the end becomes `...`.
std::string printable(std::string_view text, std::size_t most, std::string_view also = {});

/// Text for a terminal: what could move its cursor, hide or turn a part becomes `\ooo` as above, but for the characters
/// in `kept`. A backslash stays one.
std::string for_terminal(std::string_view text, std::string_view kept = {});

/// The record for a sink that has lines only: the message, then `key=value` for each field that it does not say.
/// A value with a blank, a quote or an equals sign is quoted. At most kLineMost bytes.
std::string line(const Record& record);

}  // namespace pysshrp::log
