#include "auth/serial_set.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <limits>

namespace pysshrp::auth {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

bool has_bit(std::string_view bits, std::uint64_t n) noexcept {
  if (n / 8 >= bits.size()) return false;
  return (static_cast<unsigned char>(bits[bits.size() - 1 - n / 8]) >> (n % 8) & 1) != 0;
}

}  // namespace

Status SerialSet::add_range(std::uint64_t first, std::uint64_t last) {
  if (first == 0) return Error{"serial number 0"};
  if (first > last) return Error{"a range of serial numbers ends before it begins"};
  ranges_.push_back({first, last});
  return {};
}

Status SerialSet::add_bitmap(std::uint64_t first, std::string_view bitmap) {
  if (bitmap.empty()) return {};
  const auto top =
      bitmap.size() * 8 - 1 - static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(bitmap.front())));
  if (top > kMost - first) return Error{"a bitmap of serial numbers beyond 64 bits"};
  if (first == 0 && has_bit(bitmap, 0)) return Error{"serial number 0"};
  bitmaps_.push_back({first, std::string{bitmap}});
  return {};
}

void SerialSet::sort() {
  std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  std::size_t kept = 0;
  for (const auto& range : ranges_) {
    if (kept > 0 && range.first - 1 <= ranges_[kept - 1].last)
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    else
      ranges_[kept++] = range;
  }
  ranges_.resize(kept);
  ranges_.shrink_to_fit();
}

bool SerialSet::contains(std::uint64_t serial) const noexcept {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), serial,
                                      [](std::uint64_t value, const Range& range) { return value < range.first; });
  if (after != ranges_.begin() && serial <= std::prev(after)->last) return true;
  return std::any_of(bitmaps_.begin(), bitmaps_.end(), [serial](const Bitmap& bitmap) {
    return serial >= bitmap.first && has_bit(bitmap.bits, serial - bitmap.first);
  });
}

}  // namespace pysshrp::auth
