#pragma once
#include <sys/types.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pysshrp::config {

class File;

/// Where something stands. Line 0 means the file as a whole.
struct Place {
  std::string file;
  unsigned line = 0;
  std::string text() const;  ///< `file:line`
};

/// One `key = value`: a view into its File, as long-lived as that. Any value may be a password, so none is ever logged
/// without asking the table of keys.
class Entry {
 public:
  Entry(const File& file, unsigned line, std::string_view key, std::string_view value) noexcept
      : key_(key), value_(value), file_(&file), line_(line) {}
  std::string_view key() const noexcept { return key_; }
  std::string_view value() const noexcept { return value_; }
  Place place() const;
  const File& file() const noexcept { return *file_; }
  unsigned line() const noexcept { return line_; }
  /// Whether the value goes on in further lines, which are joined by a space.
  bool is_continued() const noexcept { return continued_; }

 private:
  friend class Reader;
  std::string_view key_, value_;
  const File* file_;
  unsigned line_;
  bool continued_ = false;
};

/// The first with that key, or nothing.
const Entry* find_entry(std::span<const Entry> entries, std::string_view key) noexcept;

/// A `[title]` and the lines below it.
struct Section {
  /// Empty: the lines before the first section (line 0), or a header that cannot be read. One that has a fault and is a
  /// server's all the same keeps its title: then only that server is refused.
  std::string_view title;
  unsigned line = 0;
  std::size_t first = 0, last = 0;  ///< its entries, [first, last) of the file's
};

/// The NAME of a title `server NAME`, in any case; nothing for any other.
std::optional<std::string_view> server_name(std::string_view title) noexcept;

/// A line that cannot be used. `what` never repeats the line, which may hold a password.
struct BadLine {
  std::size_t section;  ///< the index of the section it stands in
  unsigned line;
  std::string what;
};

/// Who may read a file, and which it is whatever its name.
struct Identity {
  mode_t mode = 0;
  dev_t device = 0;
  ino_t inode = 0;
};

/// One INI file as inih reads it, with everything that inih would silently cut, join or skip turned into a BadLine.
/// Its text is wiped at its end.
class File {
 public:
  static std::unique_ptr<File> parse(std::string name, std::vector<char> text, const Identity& identity);
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  const std::string& name() const noexcept { return name_; }
  const Identity& identity() const noexcept { return identity_; }
  std::span<const Section> sections() const noexcept { return sections_; }  ///< never empty: the first has no title
  std::span<const Entry> entries(const Section& section) const noexcept;
  std::span<const BadLine> bad_lines() const noexcept { return bad_lines_; }

 private:
  friend class Reader;
  File(std::string name, std::vector<char> text, const Identity& identity) noexcept;

  std::string name_;
  std::vector<char> text_;
  Identity identity_;
  std::vector<Section> sections_;
  std::vector<Entry> entries_;
  std::vector<BadLine> bad_lines_;
};

}  // namespace pysshrp::config
