#include "connection/version.h"

#include "route/pattern.h"
#include "ssh/library.h"

namespace pysshrp::connection {

std::string library_versions() {
  return "libssh " + ssh::library_version() + "\nPCRE2 " + route::engine_version() + '\n';
}

}  // namespace pysshrp::connection
