// Preloaded into a handler: libssh says everything in other words, or nothing at all. LIBSSH_TEXTS=reworded, or silent.
#include <dlfcn.h>
#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

bool is_silent() {
  static const bool silent = std::strcmp(std::getenv("LIBSSH_TEXTS"), "silent") == 0;
  return silent;
}

const bool at_start = is_silent();  // the handler clears its environment

/// The same with each letter replaced by the next one.
std::string reworded(const char* text) {
  std::string other = text ? text : "";
  for (char& c : other)
    if ((c >= 'a' && c < 'z') || (c >= 'A' && c < 'Z')) ++c;
  return other;
}

ssh_logging_callback the_callers;

}  // namespace

extern "C" int ssh_set_log_callback(ssh_logging_callback callback) {
  static const auto real = reinterpret_cast<int (*)(ssh_logging_callback)>(::dlsym(RTLD_NEXT, "ssh_set_log_callback"));
  the_callers = callback;
  return real([](int priority, const char* function, const char* text, void* data) {
    if (!at_start) the_callers(priority, function, reworded(text).c_str(), data);
  });
}

extern "C" const char* ssh_get_error(void* session) {
  static const auto real = reinterpret_cast<const char* (*)(void*)>(::dlsym(RTLD_NEXT, "ssh_get_error"));
  static std::string text;
  text = at_start ? "" : reworded(real(session));
  return text.c_str();
}
