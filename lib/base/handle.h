#pragma once

namespace pysshrp {

/// The deleter of a C library's handle: `using Regex = std::unique_ptr<pcre2_code, Releaser<pcre2_code_free>>;`
template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* p) const noexcept {
    Release(p);
  }
};

}  // namespace pysshrp
