#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sftp/frames.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// The client's side of SFTP, for reading one small file (draft-ietf-secsh-filexfer-02, sections 4, 6.3 and 6.4). It is
/// fed what the server sends, and says what to send. One request is on its way at a time: any other answer is a fault.
class Download {
 public:
  static constexpr std::size_t kMaxFile = std::size_t{256} * 1024;

  explicit Download(std::string_view path);

  void take(std::span<const char> bytes);
  /// What the server is to get. Valid until the next call of a member that is not const.
  std::string_view unsent() const noexcept { return unsent_; }
  void sent(std::size_t n) { unsent_.erase(0, n); }

  bool over() const noexcept { return awaited_ == Awaited::nothing; }
  /// Why it failed; empty when it did not, also where there is no such file.
  const std::string& error() const noexcept { return error_; }
  /// The file, once it is over.
  const std::string& text() const noexcept { return text_; }

 private:
  enum class Awaited { version, handle, data, closed, nothing };
  void judge(Type type, Reader reply);
  void open(Type type, Reader reply);
  void read(Type type, Reader reply);
  void ask_for_more();
  void ask(Awaited awaited, Writer request);
  void fail_for(std::string_view fault);
  void fail(std::string_view why);

  std::string path_, handle_, unsent_, text_, error_;
  Frames frames_{Type::write};  // which no server sends: DATA is gathered whole
  Awaited awaited_ = Awaited::version;
  std::uint32_t id_ = 0;
};

}  // namespace pysshrp::sftp
