#include "ssh/library.h"

#include <utility>

#include "ssh/handles.h"

#include <libssh/callbacks.h>

namespace pysshrp::ssh {
namespace {

// libssh's log callback is one for the whole process, and so must be what it calls.
std::function<void(std::string_view)> library_log;

}  // namespace

void set_library_log(std::function<void(std::string_view)> sink) {
  library_log = std::move(sink);
  ssh_set_log_callback([](int, const char*, const char* text, void*) noexcept {
    if (library_log) library_log(text);
  });
  ssh_set_log_level(library_log ? SSH_LOG_WARN : SSH_LOG_NOLOG);
}

std::string library_version() { return ssh_version(0); }

}  // namespace pysshrp::ssh
