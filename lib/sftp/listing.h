#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sftp/wire.h"

/// Directory listings in a jail: without the targets of links, and without facts about the folder above the root.
namespace pysshrp::sftp {

/// A line of `ls -l`, cut before ` -> target`, which some servers add.
std::string_view without_target(const Name& name);

/// The NAME that answers READDIR. In the root `..` gets the attributes of `.`, because it is outside the jail; a second
/// `..` is left out.
Writer write_listing(std::uint32_t id, const std::vector<Name>& names, bool is_root);

/// The same for a NAME that is too long to be gathered. Rewrites entry by entry and keeps their lengths, because the
/// length of the frame has been sent already.
class LongListing {
 public:
  /// `size`: bytes after the id.
  LongListing(std::size_t size, bool is_root) noexcept : left_(size), is_root_(is_root) {}

  /// Takes some of `bytes`, and appends complete entries to `out`. Returns the number taken.
  std::size_t parse(std::span<const char> bytes, std::string& out);
  bool is_over() const noexcept { return left_ == 0 && gathered_.empty(); }
  /// It is no listing, or an entry is too long. parse() must not be called any more.
  bool is_malformed() const noexcept { return is_malformed_; }

 private:
  void rewrite(const Name& name);
  void rewrite_parent(const Name& name);
  std::span<char> place_of(std::string_view part) noexcept;

  std::size_t left_;                      ///< bytes that have not arrived
  std::string gathered_;                  ///< begins with an incomplete entry
  std::optional<std::uint32_t> entries_;  ///< that have not arrived, once their count has
  bool is_root_;
  bool is_malformed_ = false;
};

}  // namespace pysshrp::sftp
