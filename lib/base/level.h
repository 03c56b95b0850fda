#pragma once
namespace pysshrp {

/// How much a record matters; syslog(3)'s priorities, so that a smaller one weighs more.
enum class Level { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

}  // namespace pysshrp
