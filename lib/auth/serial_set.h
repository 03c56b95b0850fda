#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pysshrp::auth {

/// Serial numbers of certificates, kept as a KRL states them: neither a range nor a bitmap is expanded. Never has 0,
/// which stands for no number.
class SerialSet {
 public:
  /// Both ends included. Error: `first` is 0, or after `last`.
  Status add_range(std::uint64_t first, std::uint64_t last);

  /// `bitmap` is a big-endian number without leading zeros: its bit N stands for `first` + N. Error: that would be 0,
  /// or more than 64 bits.
  Status add_bitmap(std::uint64_t first, std::string_view bitmap);

  /// Must follow the last add_range() and come before contains(): sorts the ranges and joins those that meet.
  void sort();
  bool contains(std::uint64_t serial) const noexcept;

 private:
  struct Range {
    std::uint64_t first, last;
  };
  struct Bitmap {
    std::uint64_t first;
    std::string bits;
  };

  std::vector<Range> ranges_;
  std::vector<Bitmap> bitmaps_;
};

}  // namespace pysshrp::auth
