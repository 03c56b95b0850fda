#pragma once
namespace pysshrp {

/// The priority of a record, with syslog(3)'s numbers: smaller is more important.
enum class Level { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

}  // namespace pysshrp
