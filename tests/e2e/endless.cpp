// Preloaded into a handler: whoever writes `go round` to a channel sends it into an endless loop, of the kind that one
// day may be found in a library. The watchdog's twenty seconds are one.
#include <dlfcn.h>
#include <libssh/libssh.h>
#include <sys/time.h>

#include <cstdint>
#include <string_view>

extern "C" int setitimer(__itimer_which_t which, const itimerval* timer, itimerval* old) noexcept {
  static const auto real = reinterpret_cast<decltype(&setitimer)>(::dlsym(RTLD_NEXT, "setitimer"));
  itimerval sooner = *timer;
  if (sooner.it_value.tv_sec > 1) sooner.it_value.tv_sec = 1;
  return real(which, &sooner, old);
}

extern "C" int ssh_channel_write(ssh_channel channel, const void* data, std::uint32_t size) {
  static const auto real = reinterpret_cast<decltype(&ssh_channel_write)>(::dlsym(RTLD_NEXT, "ssh_channel_write"));
  if (std::string_view{static_cast<const char*>(data), size}.find("go round") != std::string_view::npos)
    for (volatile bool on = true; on;) continue;
  return real(channel, data, size);
}
