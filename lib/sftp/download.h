#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sftp/frames.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// An SFTP client that reads one small file (draft-ietf-secsh-filexfer-02, sections 4, 6.3 and 6.4). feed() takes what
/// the server sent, unsent() has what to send. One request is in flight at a time; any other answer is an error.
class Download {
 public:
  static constexpr std::size_t kMaxFile = std::size_t{256} * 1024;

  explicit Download(std::string_view path);

  void feed(std::span<const char> bytes);
  /// Bytes to send to the server. Valid until the next call of a member that is not const.
  std::string_view unsent() const noexcept { return unsent_; }
  void sent(std::size_t n) { unsent_.erase(0, n); }

  bool over() const noexcept { return awaited_ == Awaited::nothing; }
  /// Why it failed; empty on success, and also if the file does not exist.
  const std::string& error() const noexcept { return error_; }
  /// The content of the file, once it is over.
  const std::string& text() const noexcept { return text_; }

 private:
  enum class Awaited { version, handle, data, closed, nothing };
  void on_reply(Type type, Reader reply);
  void on_open_reply(Type type, Reader reply);
  void on_read_reply(Type type, Reader reply);
  void ask_for_more();
  void ask(Awaited awaited, Writer request);
  void fail_for(std::string_view fault);
  void fail(std::string_view why);

  std::string path_, handle_, unsent_, text_, error_;
  Frames frames_{Type::write};  // servers send no WRITE, so every frame is gathered whole
  Awaited awaited_ = Awaited::version;
  std::uint32_t id_ = 0;
};

}  // namespace pysshrp::sftp
