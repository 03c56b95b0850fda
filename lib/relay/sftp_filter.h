#pragma once
#include <utility>

#include "base/stream.h"
#include "sftp/filter.h"

namespace pysshrp::relay {

/// An sftp::Filter between the two channels of a pair. Each lane reads from it instead of the channel. Bytes that it
/// has not processed stay in the channels, and their windows slow the sender down.
class SftpFilter {
 public:
  /// Both ends outlive it.
  SftpFilter(Source& downstream, Source& upstream, sftp::Policy policy, sftp::Filter::Record record)
      : filter_(std::move(policy), std::move(record)),
        upward_(*this, downstream, &sftp::Filter::up, out_.up),
        downward_(*this, upstream, &sftp::Filter::down, out_.down) {}

  Source& upward() noexcept { return upward_; }
  Source& downward() noexcept { return downward_; }
  /// Whether it has processed anything since the last call: then the other lane may have something to pump.
  bool has_moved() noexcept { return std::exchange(moved_, false); }
  /// Why the channel must end; empty while all is well.
  const std::string& broken() const noexcept { return filter_.broken(); }
  /// The channel has ended: writes the last records.
  void finish(TimePoint now) { filter_.finish(now); }

 private:
  using Parse = std::size_t (sftp::Filter::*)(std::span<char>, TimePoint, sftp::Out&);

  /// One direction.
  class Side final : public Source {
   public:
    Side(SftpFilter& owner, Source& from, Parse parse, sftp::OutputQueue& out) noexcept
        : owner_(owner), from_(from), parse_(parse), out_(out) {}
    std::optional<Piece> front() override;
    void pop(std::size_t n) override;
    bool drained() const override {
      return from_.drained() && out_.frames().empty() && !(is_upward() && owner_.filter_.holds_back());
    }
    bool eof() const override { return from_.eof(); }
    bool closed() const override { return from_.closed(); }
    void discard() override;

   private:
    bool parse_more();
    bool is_upward() const noexcept { return this == &owner_.upward_; }

    SftpFilter& owner_;
    Source& from_;
    const Parse parse_;
    sftp::OutputQueue& out_;
  };

  sftp::Filter filter_;
  sftp::Out out_;
  Side upward_, downward_;
  bool moved_ = false;
};

}  // namespace pysshrp::relay
