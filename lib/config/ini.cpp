#include "config/ini.h"

#include <ini.h>
#include <string.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8.h"
#include "config/text.h"

namespace pysshrp::config {

constexpr std::string_view kServer = "server";

std::string Place::text() const {
  return line == 0 ? file : file + ':' + std::to_string(line);
}

Place Entry::place() const {
  return {file_->name(), line_};
}

const Entry* find_entry(std::span<const Entry> entries, std::string_view key) noexcept {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key() == key; });
  return entry == entries.end() ? nullptr : &*entry;
}

std::optional<std::string_view> server_name(std::string_view title) noexcept {
  if (title.size() <= kServer.size() || !is_space(title[kServer.size()])) return {};
  const bool same = std::equal(kServer.begin(), kServer.end(), title.begin(),
                               [](char small, char c) { return c == small || c == small - 'a' + 'A'; });
  if (!same) return {};
  return trim(title.substr(kServer.size()));
}

namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";
constexpr const char* kIndented =
    "starts with a space or tab: keys and sections start at the margin, and only a list whose last line ends in a "
    "comma goes on in an indented one";

bool is_comment(std::string_view trimmed) noexcept {
  return trimmed.empty() || trimmed.front() == ';' || trimmed.front() == '#';
}

/// What must not stand anywhere in the file, comments included.
const char* unreadable(std::string_view line) noexcept {
  // Nearly every line is plain text and needs no second look.
  if (std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 0x7f; })) return nullptr;
  if (line.find('\0') != line.npos) return "has a NUL byte";
  if (!is_utf8(line)) return "is not UTF-8";
  const bool control = std::any_of(line.begin(), line.end(), [](char c) { return c != '\t' && has_control({&c, 1}); });
  return control ? "has a control character" : nullptr;
}

/// A ';' after a space: for inih the rest is a comment, or not, as it was built.
bool has_inline_comment(std::string_view line) noexcept {
  for (auto at = line.find(';'); at != line.npos; at = line.find(';', at + 1))
    if (at > 0 && is_space(line[at - 1])) return true;
  return false;
}

constexpr const char* kInlineComment =
    "has ' ;', which would start a comment: comments stand on a line of their own, and no value can hold it";

/// What inih, depending on how it was built, would cut, join, skip or stop at.
const char* trap(std::string_view line) noexcept {
  if (is_space(line.front())) return kIndented;
  if (has_inline_comment(line)) return kInlineComment;
  if (line.find('=') == line.npos && line.find(':') == line.npos) return "is neither 'key = value' nor '[section]'";
  return nullptr;
}

}  // namespace

/// Stands between the text and inih: gives it the lines that every build of inih reads alike, and keeps the rest to
/// itself. inih's buffer may be as small as 200 bytes: of a longer line it gets the beginning, which has the key, and
/// the rest of the line is the value's. A list that goes on is joined to its first line here.
class Reader {
 public:
  explicit Reader(File& file) : file_(file), left_(file.text_.data(), file.text_.size()) {
    if (left_.starts_with(kBom)) left_.remove_prefix(kBom.size());
    // Guesses that save growing in a file of ten thousand servers; memory that is never touched costs nothing.
    file_.entries_.reserve(left_.size() / 24);
    file_.sections_.reserve(left_.size() / 48 + 1);
    file_.sections_.emplace_back();
  }

  void run() {
    const int result = ini_parse_stream(&Reader::give, this, &Reader::take, this);
    close_section();
    if (result != 0) file_.bad_lines_.push_back({0, 0, "inih refused a line or ran out of memory"});
  }

 private:
  /// inih's fgets: the next line that has a key, or as much of it as there is room for. Always with a newline, so that
  /// a growing buffer need not grow.
  static char* give(char* buffer, int size, void* self) noexcept {
    auto& reader = *static_cast<Reader*>(self);
    const auto room = static_cast<std::size_t>(size) - 2;
    if (reader.next_entry(room)) {
      const auto given = reader.given_.copy(buffer, room);
      buffer[given] = '\n';
      buffer[given + 1] = '\0';
      return buffer;
    }
    explicit_bzero(buffer, static_cast<std::size_t>(size));
    return nullptr;
  }

  static int take(void* self, const char* /*section*/, const char* key, const char* value) noexcept {
    if (key != nullptr) static_cast<Reader*>(self)->add(key, value == nullptr ? std::string_view{} : value);
    return 1;
  }

  bool next_entry(std::size_t room) {
    while (const auto line = next_line()) {
      const auto trimmed = trim(*line);
      const char* fault = unreadable(*line);
      if (!trimmed.empty() && trimmed.front() == '[') {
        open_section(*line, fault);
        continue;
      }
      if (fault == nullptr && is_comment(trimmed)) continue;
      const bool goes_on = is_space(line->front()) && list_goes_on_;
      list_goes_on_ = false;
      if (fault == nullptr) fault = !goes_on ? trap(*line) : has_inline_comment(*line) ? kInlineComment : nullptr;
      if (fault != nullptr)
        reject(fault);
      else if (goes_on)
        join(trimmed);
      else if (line->find_first_of("=:") >= room)
        reject("has a key that is longer than inih can take");
      else
        return give_of(*line, room);
    }
    return false;
  }

  bool give_of(std::string_view line, std::size_t room) noexcept {
    line_ = line;
    given_ = line.substr(0, room);
    return true;
  }

  /// Moves what stands in the line behind the value of the last entry. There is room: the end of a line and an indent
  /// lie between them.
  void join(std::string_view more) {
    Entry& entry = file_.entries_.back();
    const auto first = static_cast<std::size_t>(entry.value_.data() - file_.text_.data());
    auto* const end = file_.text_.data() + first + entry.value_.size();
    *end = ' ';
    std::copy(more.begin(), more.end(), end + 1);
    entry.value_ = {file_.text_.data() + first, entry.value_.size() + 1 + more.size()};
    entry.continued_ = true;
    list_goes_on_ = entry.value_.ends_with(',');
  }

  std::optional<std::string_view> next_line() {
    if (left_.empty()) return {};
    const auto end = left_.find('\n');
    auto line = left_.substr(0, end);
    left_.remove_prefix(end == left_.npos ? left_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return line;
  }

  /// A header that has a fault still ends the section before it: what follows must not become part of that.
  void open_section(std::string_view line, const char* unreadable) {
    const auto from = line.find('[') + 1, end = line.find(']');
    const auto title = trim(line.substr(from, end == line.npos ? end : end - from));
    const char* const fault = unreadable != nullptr ? unreadable : header_fault(line, title, end);
    // Where the end is missing, whatever stands behind the name is not repeated.
    const auto kept = fault == nullptr || server_name(title)
                          ? title.substr(0, end == line.npos ? name_end(title) : title.npos)
                          : std::string_view{};
    close_section();
    list_goes_on_ = false;
    file_.sections_.push_back({unreadable == nullptr ? kept : std::string_view{}, number_, file_.entries_.size(), 0});
    if (fault != nullptr) reject(fault);
  }

  static const char* header_fault(std::string_view line, std::string_view title, std::size_t end) noexcept {
    if (is_space(line.front())) return kIndented;
    if (end == line.npos) return "has no ']': a section begins with '[server NAME]' or the like";
    if (!is_comment(trim(line.substr(end + 1)))) return "has something after the ']'";
    if (title.empty()) return "has no name between '[' and ']'";
    if (server_name(title) && !title.starts_with(kServer)) return "is written in small letters: [server NAME]";
    return nullptr;
  }

  /// Of `server NAME ...`.
  static std::size_t name_end(std::string_view title) noexcept {
    const auto name = title.find_first_not_of(" \t", kServer.size());
    return name == title.npos ? name : title.find_first_of(" \t", name);
  }

  void close_section() { file_.sections_.back().last = file_.entries_.size(); }

  /// Keeps the entry only if it is all that stands in the line: whatever inih was built to do, nothing is cut in
  /// silence.
  void add(std::string_view key, std::string_view value) {
    const auto sign = line_.find_first_not_of(" \t", key.size());
    const bool fits = !key.empty() && given_.starts_with(key) && sign < given_.size() &&
                      (line_[sign] == '=' || line_[sign] == ':') && trim(given_.substr(sign + 1)) == value;
    if (!fits) return reject("is not 'key = value'");
    file_.entries_.emplace_back(file_, number_, line_.substr(0, key.size()), trim(line_.substr(sign + 1)));
    list_goes_on_ = file_.entries_.back().value().ends_with(',');
  }

  void reject(std::string what) { file_.bad_lines_.push_back({file_.sections_.size() - 1, number_, std::move(what)}); }

  File& file_;
  std::string_view left_;
  std::string_view line_, given_;  // the one that inih has, and as much of it as it has
  unsigned number_ = 0;
  bool list_goes_on_ = false;  // the last entry ends in a comma
};

File::File(std::string name, std::vector<char> text, const Identity& identity) noexcept
    : name_(std::move(name)), text_(std::move(text)), identity_(identity) {}

File::~File() {
  if (!text_.empty()) explicit_bzero(text_.data(), text_.size());
}

std::unique_ptr<File> File::parse(std::string name, std::vector<char> text, const Identity& identity) {
  std::unique_ptr<File> file{new File(std::move(name), std::move(text), identity)};
  Reader{*file}.run();
  return file;
}

std::span<const Entry> File::entries(const Section& section) const noexcept {
  return std::span{entries_}.subspan(section.first, section.last - section.first);
}

}  // namespace pysshrp::config
