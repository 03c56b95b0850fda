#include "ssh/library.h"

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "ssh/handles.h"
#include "ssh/texts.h"

#include <libssh/callbacks.h>

namespace pysshrp::ssh {
namespace {

// libssh's log callback is one for the whole process, and so must be what it calls.
std::function<void(std::string_view)> library_log;
std::string* first_fault = nullptr;
AttemptWatch::Counts* attempts = nullptr;
Banners* banners = nullptr;
PacketWatch::Bound packet_bound;
std::function<void()> endless_write;

int usual_level() noexcept {
  return library_log ? SSH_LOG_WARN : SSH_LOG_NOLOG;
}

void note(int level, std::string_view text) {
  if (first_fault && first_fault->empty()) {
    for (const auto fault : texts::kKeyExchangeFaults)
      if (const auto at = text.find(fault); at != text.npos) *first_fault = text.substr(at);
  }
  if (const auto at = text.find(texts::kAttempt); attempts && at != text.npos)
    ++(text.find(texts::kGssapi, at) == text.npos ? attempts->seen : attempts->refused);
  if (banners && text.find(texts::kBanner) != text.npos) banners->note_next();
  // libssh logs each packet that it sends, so it comes by here.
  if (packet_bound.sent && *packet_bound.sent > packet_bound.limit && endless_write) endless_write();
  if (library_log && level <= SSH_LOG_WARN) library_log(text);
}

}  // namespace

void set_library_log(std::function<void(std::string_view)> sink) {
  library_log = std::move(sink);
  ssh_set_log_callback([](int level, const char*, const char* text, void*) noexcept { note(level, text); });
  ssh_set_log_level(usual_level());
}

void set_endless_write_handler(std::function<void()> end_process) {
  endless_write = std::move(end_process);
}

FaultWatch::FaultWatch(std::string& first) noexcept {
  first_fault = &first;
  ssh_set_log_level(SSH_LOG_TRACE);  // the level at which libssh logs its errors
}

FaultWatch::~FaultWatch() {
  first_fault = nullptr;
  ssh_set_log_level(attempts ? SSH_LOG_PACKET : usual_level());
}

PacketWatch::PacketWatch(const std::uint64_t& sent, std::uint64_t limit) noexcept {
  packet_bound = {&sent, limit};
  ssh_set_log_level(SSH_LOG_PACKET);
}

PacketWatch::~PacketWatch() {
  packet_bound = {};
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

BannerWatch::BannerWatch(Banners* to) noexcept {
  banners = to;
}

BannerWatch::~BannerWatch() {
  banners = nullptr;
}

std::string library_version() {
  return ssh_version(0);
}

}  // namespace pysshrp::ssh

// libssh answers gssapi-with-mic (RFC 4462) whether it was offered or not, and asks the Kerberos library for it before
// anybody has logged in. A function of the program itself is found before one of the same name in a library: this one
// knows no mechanism, so that libssh has nothing to ask for and refuses. ("used": link-time optimization sees no
// caller.)

namespace {

/// gss_OID_set of RFC 2744, section 3.4. The Kerberos library frees it.
struct OidSet {
  std::size_t count;
  void* elements;
};

constexpr std::uint32_t kComplete = 0, kFailure = 13U << 16;  // GSS_S_COMPLETE, GSS_S_FAILURE

}  // namespace

extern "C" [[gnu::used]] std::uint32_t gss_indicate_mechs(std::uint32_t* minor_status, OidSet** mechanisms) {
  *minor_status = 0;
  *mechanisms = static_cast<OidSet*>(std::calloc(1, sizeof(OidSet)));
  return *mechanisms ? kComplete : kFailure;
}
