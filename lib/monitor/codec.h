#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "monitor/messages.h"

namespace pysshrp::monitor {

/// No message is longer. One that would be is not sent: a login that needs it comes to nothing.
inline constexpr std::size_t kMaxMessage = 128 * 1024;

/// As it is on the wire: the place of its type in the variant, then its fields. Integers and strings as in SSH (RFC
/// 4251, section 5), a list with its length in front, an optional as a list of none or one.
ByteWriter encode(const Request& request);
ByteWriter encode(const Answer& answer);

/// Nothing for bytes that are not one whole message.
std::optional<Request> decode_request(std::string_view bytes);
std::optional<Answer> decode_answer(std::string_view bytes);

}  // namespace pysshrp::monitor
