#include "ssh/library.h"

#include <array>
#include <utility>

#include "ssh/handles.h"

#include <libssh/callbacks.h>

namespace pysshrp::ssh {
namespace {

// libssh's log callback is one for the whole process, and so must be what it calls.
std::function<void(std::string_view)> library_log;
std::string* first_fault = nullptr;
AttemptWatch::Counts* attempts = nullptr;

constexpr std::array<std::string_view, 2> kFaults{"kex error : no match", "No version of SSH protocol usable"};

constexpr std::string_view kAttempt = "Auth request for service ";
// To this one libssh says no by itself.
constexpr std::string_view kAnswered = ", method gssapi-with-mic ";

int usual_level() noexcept {
  return library_log ? SSH_LOG_WARN : SSH_LOG_NOLOG;
}

void note(int level, std::string_view text) {
  if (first_fault && first_fault->empty()) {
    for (const auto fault : kFaults)
      if (const auto at = text.find(fault); at != text.npos) *first_fault = text.substr(at);
  }
  if (const auto at = text.find(kAttempt); attempts && at != text.npos)
    ++(text.find(kAnswered, at) == text.npos ? attempts->seen : attempts->refused);
  if (library_log && level <= SSH_LOG_WARN) library_log(text);
}

}  // namespace

void set_library_log(std::function<void(std::string_view)> sink) {
  library_log = std::move(sink);
  ssh_set_log_callback([](int level, const char*, const char* text, void*) noexcept { note(level, text); });
  ssh_set_log_level(usual_level());
}

FaultWatch::FaultWatch(std::string& first) noexcept {
  first_fault = &first;
  ssh_set_log_level(SSH_LOG_TRACE);  // the level at which libssh logs its errors
}

FaultWatch::~FaultWatch() {
  first_fault = nullptr;
  ssh_set_log_level(attempts ? SSH_LOG_PACKET : usual_level());
}

AttemptWatch::AttemptWatch() noexcept {
  attempts = &counts_;
  ssh_set_log_level(SSH_LOG_PACKET);  // the level at which libssh logs them
}

AttemptWatch::~AttemptWatch() {
  attempts = nullptr;
  ssh_set_log_level(usual_level());
}

std::string library_version() {
  return ssh_version(0);
}

}  // namespace pysshrp::ssh
