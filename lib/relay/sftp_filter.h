#pragma once
#include <utility>

#include "base/stream.h"
#include "sftp/filter.h"

namespace pysshrp::relay {

/// An sftp::Filter between the two ends of a bridge: to each lane it is the source that the other end would be. What it
/// has not taken stays with the channels, whose windows push back.
class SftpFilter {
 public:
  /// Both ends outlive it.
  SftpFilter(Source& downstream, Source& upstream, sftp::Policy policy, sftp::Filter::Record record)
      : filter_(std::move(policy), std::move(record)),
        upward_(*this, downstream, &sftp::Filter::up, out_.up),
        downward_(*this, upstream, &sftp::Filter::down, out_.down) {}

  Source& upward() noexcept { return upward_; }
  Source& downward() noexcept { return downward_; }
  /// Whether it has taken anything since the last call: then there may be something to pump on the other lane.
  bool has_moved() noexcept { return std::exchange(moved_, false); }
  /// Not empty: the channel must end, and this is why.
  const std::string& broken() const noexcept { return filter_.broken(); }
  /// The channel has ended: what is still to be recorded is.
  void finish(TimePoint now) { filter_.finish(now); }

 private:
  using Take = std::size_t (sftp::Filter::*)(std::span<char>, TimePoint, sftp::Out&);

  /// One direction.
  class Side final : public Source {
   public:
    Side(SftpFilter& owner, Source& from, Take take, sftp::Outlet& out) noexcept
        : owner_(owner), from_(from), take_(take), out_(out) {}
    std::optional<Piece> front() override;
    void pop(std::size_t n) override;
    bool drained() const override {
      return from_.drained() && out_.frames().empty() && !(is_upward() && owner_.filter_.holds_back());
    }
    bool eof() const override { return from_.eof(); }
    bool closed() const override { return from_.closed(); }
    void discard() override;

   private:
    bool take_more();
    bool is_upward() const noexcept { return this == &owner_.upward_; }

    SftpFilter& owner_;
    Source& from_;
    const Take take_;
    sftp::Outlet& out_;
  };

  sftp::Filter filter_;
  sftp::Out out_;
  Side upward_, downward_;
  bool moved_ = false;
};

}  // namespace pysshrp::relay
