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
#include <string>
#include <string_view>

#include "base/handle.h"

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kLength = 4;
constexpr std::size_t kHeader = 5;  // of a packet: its length, the padding's length
// A payload of so many bytes is nothing else, whatever stands before it: with some MACs libssh keeps no length there.
constexpr std::size_t kLongPayload = 24;
constexpr char kInfoResponse = 61;  // SSH_MSG_USERAUTH_INFO_RESPONSE

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

void append_number(std::string& bytes, std::size_t n) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(n >> shift & 0xff);
}

void append_string(std::string& bytes, std::string_view text) {
  append_number(bytes, text.size());
  bytes += text;
}

/// Wipes each copy in the heap that `is_copy` of what stands before it; it is handed at least kHeader bytes.
template <class IsCopy>
void wipe_copies(const Secret& pattern, std::size_t context, IsCopy is_copy) noexcept {
  const std::string_view text = pattern.reveal();
  for (std::span<char> left = heap(); left.size() > kHeader + text.size();) {
    auto* const found =
        static_cast<char*>(::memmem(left.data() + kHeader, left.size() - kHeader, text.data(), text.size()));
    if (!found) break;
    if (is_copy(found)) ::explicit_bzero(found + context, text.size() - context);
    left = left.subspan(static_cast<std::size_t>(found + 1 - kHeader - left.data()));
  }
}

/// Whether a packet begins before a payload of this size (RFC 4253, section 6): its length, the padding's length.
bool begins_packet(const char* payload, std::size_t size) noexcept {
  std::size_t length = 0;
  for (const char* at = payload - kHeader; at != payload - 1; ++at)
    length = length << 8 | static_cast<unsigned char>(*at);
  const std::size_t padding = static_cast<unsigned char>(payload[-1]);
  return padding >= 4 && length == 1 + size + padding;
}

}  // namespace

void scrub_password(const Secret& password) noexcept {
  if (password.reveal().empty()) return;
  wipe_freed(kLength + password.reveal().size());
  for (const bool is_change : {false, true}) {
    std::string context;
    append_string(context, "password");
    context += is_change ? '\1' : '\0';
    append_number(context, password.reveal().size());
    const std::size_t size = context.size();
    wipe_copies(Secret{context.append(password.reveal())}, size, [](const char*) { return true; });
    ::explicit_bzero(context.data(), context.size());
  }
}

void scrub_answers(std::span<const Secret> answers) noexcept {
  std::string payload{kInfoResponse};
  append_number(payload, answers.size());
  const std::size_t context = payload.size();
  for (const Secret& answer : answers) {
    append_string(payload, answer.reveal());
    wipe_freed(kLength + answer.reveal().size());
  }
  const std::size_t size = payload.size();
  wipe_copies(Secret{payload}, context,
              [&](const char* found) { return size >= kLongPayload || begins_packet(found, size); });
  ::explicit_bzero(payload.data(), payload.size());
}

}  // namespace pysshrp::ssh
