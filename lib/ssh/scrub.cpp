#include "ssh/scrub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/handle.h"

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kLength = 4;

/// Where the small things are allocated. Empty where that cannot be told, as with a leak checker's allocator.
std::span<char> heap() noexcept {
  std::unique_ptr<FILE, Releaser<fclose>> maps{::fopen("/proc/self/maps", "re")};
  std::array<char, 256> line;
  while (maps && ::fgets(line.data(), static_cast<int>(line.size()), maps.get())) {
    std::uintptr_t begin = 0, end = 0;
    if (!::strstr(line.data(), "[heap]") || ::sscanf(line.data(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) != 2)
      continue;
    maps.reset();  // which may give the end of the heap back
    end = std::min(end, reinterpret_cast<std::uintptr_t>(::sbrk(0)));
    return {reinterpret_cast<char*>(begin), end - begin};
  }
  return {};
}

/// malloc gives what was freed last first: it comes back here, and is wiped.
void wipe_freed(std::size_t size) noexcept {
  std::array<void*, 8> blocks{};  // one more than malloc keeps of a size at hand
  for (void*& block : blocks) block = ::malloc(size);
  for (void* const block : blocks) {
    if (block) ::explicit_bzero(block, size);
    ::free(block);
  }
}

}  // namespace

void scrub(const Secret& secret) noexcept {
  const std::string_view text = secret.reveal();
  if (text.empty()) return;
  wipe_freed(kLength + text.size());
  const std::array<char, kLength> length{static_cast<char>(text.size() >> 24), static_cast<char>(text.size() >> 16),
                                         static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
  // The text is looked for, and then its length: a heap is full of what looks like a length.
  for (std::span<char> left = heap(); left.size() > kLength + text.size();) {
    auto* const found =
        static_cast<char*>(::memmem(left.data() + kLength, left.size() - kLength, text.data(), text.size()));
    if (!found) break;
    if (::memcmp(found - kLength, length.data(), kLength) == 0) ::explicit_bzero(found, text.size());
    left = left.subspan(static_cast<std::size_t>(found + 1 - kLength - left.data()));
  }
}

}  // namespace pysshrp::ssh
