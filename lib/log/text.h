#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "log/event.h"

namespace pysshrp::log {

inline constexpr std::size_t kMaxName = 256;       ///< bytes of one name in a record
inline constexpr std::size_t kMaxSentence = 1024;  ///< bytes of one reason, fault or other free text
inline constexpr std::size_t kMaxPath =
    std::size_t{4} * 4096;                     ///< bytes of a path in its field: PATH_MAX with every byte escaped
inline constexpr std::size_t kMaxLine = 4000;  ///< bytes of line(): below PIPE_BUF with room for a prefix

/// Escapes text for one line of UTF-8, at most `most` bytes. Becomes `\ooo`: control characters, bidirectional
/// controls, invisible characters, bytes that are not UTF-8, and the ASCII characters in `also`. A backslash is
/// doubled. Text that is too long ends in `...`.
std::string printable(std::string_view text, std::size_t most, std::string_view also = {});

/// Escapes text for a terminal as printable() does, except for the characters in `kept`. A backslash is not doubled.
std::string for_terminal(std::string_view text, std::string_view kept = {});

/// The record for a sink without fields: the message, then `key=value` for each field that the message does not have in
/// words. A value with a blank, a quote or an equals sign is quoted. At most kMaxLine bytes.
std::string line(const Record& record);

}  // namespace pysshrp::log
