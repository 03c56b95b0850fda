// Any text as a configuration: nothing crashes, no fault tells a secret, and every value but a list of several lines
// stands in the text as it was read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/config.h"

using namespace pysshrp::config;

namespace {

void check(const std::vector<Fault>& faults) {
  for (const auto& fault : faults)
    if (fault.what.find("hunter2") != std::string::npos && fault.key.ends_with("password")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  // What they name would be looked for on this machine.
  if (text.find("include") != text.npos || text.find("routes_dir") != text.npos) return 0;
  const auto config = Config::parse("fuzz.ini", text, (size & 1) != 0 ? 0644 : 0640);
  check({config.faults().begin(), config.faults().end()});
  for (const auto& server : config.servers()) {
    check(lint(config, server));
    for (const auto* key : {"user", "upstream_host", "password"}) {
      const auto* const entry = server.find(key);
      if (entry != nullptr && !entry->is_continued() && text.find(entry->value()) == text.npos) std::abort();
    }
  }
  return 0;
}
