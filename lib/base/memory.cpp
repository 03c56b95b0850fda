#include "base/memory.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/handle.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PYSSHRP_SANITIZED
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // whose header GCC does not install
#endif

namespace pysshrp::memory {
namespace {

// For one round's input, and for memory that malloc keeps free.
constexpr std::size_t kKernelSlack = std::size_t{16} << 20;
// How much input there is between two checks. libssh needs more memory for a packet than its bytes.
constexpr std::uint64_t kLookEvery = 1024 * 1024, kPacketCosts = 512;

std::size_t in_use() noexcept {
#ifdef PYSSHRP_SANITIZED
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

#ifndef PYSSHRP_SANITIZED  // whose shadow memory would count, too

/// The size that RLIMIT_DATA limits, in bytes; where it cannot be read any more, as it was. 0: it never could.
std::size_t data_size() noexcept {
  static std::size_t size = 0;
  const std::unique_ptr<FILE, Releaser<fclose>> statm{::fopen("/proc/self/statm", "re")};
  std::size_t pages = 0;
  if (statm && ::fscanf(statm.get(), "%*u %*u %*u %*u %*u %zu", &pages) == 1)
    size = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// Sets the soft limit, which a later phase can raise.
void bound_by_kernel_at(std::size_t more) noexcept {
  const std::size_t now = data_size();
  rlimit data{};
  if (now == 0 || ::getrlimit(RLIMIT_DATA, &data) != 0) return;
  data.rlim_cur = std::min<rlim_t>(data.rlim_max, now + more + kKernelSlack);
  ::setrlimit(RLIMIT_DATA, &data);
}

#else

void bound_by_kernel_at(std::size_t) noexcept {}

#endif

}  // namespace

Bound::Bound(std::size_t bytes) noexcept : limit_(in_use() + bytes) {
  bound_by_kernel_at(bytes);
}

bool Bound::is_exceeded(std::uint64_t bytes, std::uint64_t packets) noexcept {
  const std::uint64_t input = bytes + packets * kPacketCosts;
  if (input - looked_at_ < kLookEvery) return false;
  looked_at_ = input;
  return in_use() > limit_;
}

}  // namespace pysshrp::memory
