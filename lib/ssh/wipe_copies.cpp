#include "ssh/wipe_copies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cinttypes>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/handle.h"

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kLength = 4;
constexpr std::size_t kHeader = 5;  // of a packet: its length, the padding's length
// A match of this length cannot be other data, so the packet header before it is not checked. With some MACs libssh
// keeps no packet length there.
constexpr std::size_t kLongPayload = 24;
constexpr std::uint8_t kInfoResponse = 61;  // SSH_MSG_USERAUTH_INFO_RESPONSE

std::atomic<std::uintptr_t> known_heap = 0;  // where it begins

/// Where the heap begins, which never changes; 0 if it cannot be found, as with a sanitizer's allocator.
std::uintptr_t heap_begin() noexcept {
  std::unique_ptr<FILE, Releaser<fclose>> maps{::fopen("/proc/self/maps", "re")};
  std::array<char, 256> line;
  while (maps && ::fgets(line.data(), static_cast<int>(line.size()), maps.get())) {
    std::uintptr_t begin = 0, end = 0;
    if (!::strstr(line.data(), "[heap]") || ::sscanf(line.data(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) != 2)
      continue;
    return begin;
  }
  return 0;
}

/// The heap, where small blocks are allocated; empty if it is not known.
std::span<char> heap() noexcept {
  const std::uintptr_t begin = known_heap.load(), end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  if (begin == 0 || end < begin) return {};
  return {reinterpret_cast<char*>(begin), end - begin};
}

/// Wipes freed blocks of this size: malloc hands out the ones freed last first.
void wipe_freed(std::size_t size) noexcept {
  std::array<void*, 8> blocks{};  // one more than malloc's cache has per size
  for (void*& block : blocks) block = ::malloc(size);
  for (void* const block : blocks) {
    if (block) ::explicit_bzero(block, size);
    ::free(block);
  }
}

/// Wipes every match of `pattern` in the heap, but for its first `context` bytes, if `is_copy(match)`. At least kHeader
/// bytes before the match can be read.
template <class IsCopy>
void wipe_matches(const Secret& pattern, std::size_t context, IsCopy is_copy) noexcept {
  const std::string_view text = pattern.reveal();
  for (std::span<char> left = heap(); left.size() > kHeader + text.size();) {
    auto* const found =
        static_cast<char*>(::memmem(left.data() + kHeader, left.size() - kHeader, text.data(), text.size()));
    if (!found) break;
    if (is_copy(found)) ::explicit_bzero(found + context, text.size() - context);
    left = left.subspan(static_cast<std::size_t>(found + 1 - kHeader - left.data()));
  }
}

/// Whether a packet header stands before a payload of this size (RFC 4253, section 6): packet length, padding length.
bool begins_packet(const char* payload, std::size_t size) noexcept {
  ByteReader header{{payload - kHeader, kHeader}};
  const std::size_t length = header.u32(), padding = header.u8();
  return padding >= 4 && length == 1 + size + padding;
}

}  // namespace

void find_heap() noexcept {
  known_heap = heap_begin();
}

void wipe_password_copies(const Secret& password) noexcept {
  if (password.reveal().empty()) return;
  wipe_freed(kLength + password.reveal().size());
  for (const bool is_change : {false, true}) {
    ByteWriter field{4 + sizeof "password" + 4 + password.reveal().size()};
    field.string("password").u8(is_change).u32(password.reveal().size());
    const std::size_t context = field.size();
    wipe_matches(Secret{field.raw(password.reveal()).view()}, context, [](const char*) { return true; });
    field.wipe();
  }
}

void wipe_answer_copies(std::span<const Secret> answers) noexcept {
  std::size_t size = 1 + kLength;
  for (const Secret& answer : answers) size += kLength + answer.reveal().size();
  ByteWriter payload{size};
  payload.u8(kInfoResponse).u32(answers.size());
  const std::size_t context = payload.size();
  for (const Secret& answer : answers) {
    payload.string(answer.reveal());
    wipe_freed(kLength + answer.reveal().size());
  }
  wipe_matches(Secret{payload.view()}, context,
               [&](const char* found) { return size >= kLongPayload || begins_packet(found, size); });
  payload.wipe();
}

}  // namespace pysshrp::ssh
