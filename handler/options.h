#pragma once
#include <string>

#include "base/result.h"

namespace pysshrp {

/// What the command line asks for.
struct Options {
  enum class Mode { serve, check, explain, probe, version, help };
  Mode mode = Mode::serve;
  std::string config = "/etc/pysshrp/pysshrp.ini";
  std::string who;  ///< --explain and --probe USER[@SOURCE]
  bool allow_root = false;
  bool allow_no_seccomp = false;
};

/// An Error is for the user: what is wrong and where to read on.
Result<Options> parse_options(int argc, char** argv);

/// What --help prints.
std::string usage();

}  // namespace pysshrp
