#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace pysshrp {

/// What went wrong, in words for the operator. Nothing secret, nothing a client typed without having been checked.
struct [[nodiscard]] Error {
  std::string what;
};

/// Ends the process with a message on stderr: `error` was taken for a value; null: a value was taken for an error.
[[noreturn]] void end_for_wrong_access(const Error* error) noexcept;

/// A value or an Error, with std::expected's member names (which g++ 12 has only in C++23 mode). Whoever takes the one
/// for the other ends the process.
template <class T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result() requires std::is_same_v<T, std::monostate> : v_(std::in_place_index<0>) {}
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  Result(Error e) : v_(std::in_place_index<1>, std::move(e)) {}
  bool has_value() const noexcept { return v_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& operator*() & noexcept { return *value(*this); }
  const T& operator*() const& noexcept { return *value(*this); }
  T&& operator*() && noexcept { return std::move(*value(*this)); }
  T* operator->() noexcept { return value(*this); }
  const T* operator->() const noexcept { return value(*this); }
  const Error& error() const& noexcept { return *error_of(*this); }
  Error&& error() && noexcept { return std::move(*error_of(*this)); }

 private:
  template <class Self>
  static auto* value(Self& self) noexcept {
    if (self.v_.index() != 0) end_for_wrong_access(std::get_if<1>(&self.v_));
    return std::get_if<0>(&self.v_);
  }
  template <class Self>
  static auto* error_of(Self& self) noexcept {
    if (self.v_.index() != 1) end_for_wrong_access(nullptr);
    return std::get_if<1>(&self.v_);
  }

  std::variant<T, Error> v_;
};

using Status = Result<>;

/// Visits a std::variant with one lambda for each alternative.
template <class... F>
struct Cases : F... {
  using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;  // clang 14 still needs to be told

}  // namespace pysshrp

/// The value of a Result, or return its Error from this function. One per statement.
#define PYSSHRP_TRY(expr)                                    \
  __extension__({                                            \
    auto try_result_ = (expr);                               \
    if (!try_result_) return std::move(try_result_).error(); \
    *std::move(try_result_);                                 \
  })
