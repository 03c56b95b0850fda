#pragma once
#include <memory>
#include <string>

#include "base/level.h"
#include "log/event.h"

namespace pysshrp::log {

/// Somewhere records go. Writing never fails visibly and never blocks on the client.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(const Record& record) noexcept = 0;
};

enum class Target { journal, syslog, stderr_lines };

/// Where the journal cannot be written to, syslog takes its place.
std::unique_ptr<Sink> open_sink(Target target);

/// The log of one connection.
class Log {
 public:
  explicit Log(std::unique_ptr<Sink> sink) noexcept : sink_(std::move(sink)) {}
  /// Records that weigh less are left out.
  void set_level(Level level) noexcept { level_ = level; }
  Level level() const noexcept { return level_; }
  void operator()(const Event& event) {
    const Record record = describe(event, context);
    if (record.level <= level_) sink_->write(record);
  }
  Context context;

 private:
  std::unique_ptr<Sink> sink_;
  Level level_ = Level::info;
};

}  // namespace pysshrp::log
