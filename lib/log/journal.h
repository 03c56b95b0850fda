#pragma once
#include <cstddef>
#include <string>

#include "log/event.h"

namespace pysshrp::log {

/// Bytes of one entry. A datagram must fit into the socket's buffer, which is three times as large by default.
inline constexpr std::size_t kMaxEntry = 64 * 1024;

/// The record as systemd's Native Journal Protocol has it. What does not fit ends in `...`, and fields behind it are
/// left out.
std::string journal_entry(const Record& record);

}  // namespace pysshrp::log
