#pragma once
#include <cstddef>
#include <utility>

namespace pysshrp {

/// Adds `n` to a sum for its lifetime, and subtracts it at the end. The sum outlives it.
class Share {
 public:
  Share() noexcept = default;
  Share(std::size_t& sum, std::size_t n) noexcept : sum_(&sum), n_(n) { sum += n; }
  Share(Share&& other) noexcept : sum_(std::exchange(other.sum_, nullptr)), n_(other.n_) {}
  Share& operator=(Share&& other) noexcept {
    std::swap(sum_, other.sum_);
    std::swap(n_, other.n_);
    return *this;
  }
  ~Share() {
    if (sum_) *sum_ -= n_;
  }

 private:
  std::size_t* sum_ = nullptr;
  std::size_t n_ = 0;
};

}  // namespace pysshrp
