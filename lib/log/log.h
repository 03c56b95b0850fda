#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/level.h"
#include "log/event.h"

namespace pysshrp::log {

/// Somewhere records go. Nothing here fails visibly.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Whether it was taken: written, or waiting to be. Waits for no reader that does not read.
  virtual bool write(const Record& record) noexcept = 0;
  /// Writes what waits, for which it may wait so long; how many records that were taken could not be written.
  virtual std::size_t flush(std::chrono::milliseconds) noexcept { return 0; }
};

enum class Target { journal, syslog, stderr_lines };

/// Where the journal cannot be written to, syslog takes its place.
std::unique_ptr<Sink> open_sink(Target target);

/// The log of one connection. What its sink does not take is lost, and the next record that gets through comes after
/// one that says how many were.
class Log {
 public:
  explicit Log(std::unique_ptr<Sink> sink) noexcept : sink_(std::move(sink)) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() { finish(); }
  /// Records that weigh less are left out.
  void set_level(Level level) noexcept { level_ = level; }
  Level level() const noexcept { return level_; }
  void operator()(const Event& event);
  /// Writes what waits; never blocks.
  void flush();
  /// Nobody is served any more, and a second may be spent on what waits.
  void finish();
  Context context;

 private:
  void write_what_waits(std::chrono::milliseconds wait);

  std::unique_ptr<Sink> sink_;
  Level level_ = Level::info;
  std::uint64_t lost_ = 0;  ///< records since the last one that was taken
};

}  // namespace pysshrp::log
