#pragma once
#include <optional>
#include <span>

#include "base/stream.h"
#include "sftp/unanswered.h"

namespace pysshrp::relay {

/// Limits how many SFTP requests are unanswered, for clients that do not limit it themselves. Each lane reads from it
/// instead of from `client` or `upstream`.
class SftpPace {
 public:
  /// Both outlive it.
  SftpPace(Source& client, Source& upstream) noexcept : upward_(*this, client), downward_(*this, upstream) {}

  Source& upward() noexcept { return upward_; }
  Source& downward() noexcept { return downward_; }
  /// The client is gone and its answers are no longer counted: everything that it sent is passed on.
  void give_up() noexcept { unanswered_.give_up(); }
  /// Reads requests from another source from now on.
  void read_from(Source& client) noexcept { upward_.from = &client; }

 private:
  struct Side : Source {
    Side(SftpPace& owner, Source& source) noexcept : from(&source), unanswered(owner.unanswered_) {}
    std::optional<Piece> front() override { return seen = from->front(); }
    bool drained() const override { return from->drained(); }
    bool eof() const override { return from->eof(); }
    bool closed() const override { return from->closed(); }
    void discard() override { from->discard(); }
    std::span<const char> protocol_bytes(std::size_t n) {
      return seen && !seen->is_stderr ? std::span<const char>{seen->bytes.first(n)} : std::span<const char>{};
    }

    Source* from;
    std::optional<Piece> seen;
    sftp::Unanswered& unanswered;
  };
  struct Upward final : Side {
    using Side::Side;
    std::optional<Piece> front() override { return unanswered.is_full() ? std::nullopt : Side::front(); }
    void pop(std::size_t n) override {
      unanswered.asked(protocol_bytes(n));
      from->pop(n);
    }
  };
  struct Downward final : Side {
    using Side::Side;
    void pop(std::size_t n) override {
      unanswered.answered(protocol_bytes(n));
      from->pop(n);
    }
  };

  sftp::Unanswered unanswered_;
  Upward upward_;
  Downward downward_;
};

}  // namespace pysshrp::relay
