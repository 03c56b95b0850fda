#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/level.h"
#include "log/event.h"

namespace pysshrp::log {

/// Where records are written. Failures are only reported as lost records.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Writes the record or queues it. False if it is lost. Does not wait for a reader that has stopped reading.
  virtual bool write(const Record& record) noexcept = 0;
  /// Writes queued records, and may wait this long for it. Returns how many queued records were lost.
  virtual std::size_t flush(std::chrono::milliseconds) noexcept { return 0; }
  /// The descriptor that has no room for what is queued; -1: nothing is.
  virtual int blocked_fd() const noexcept { return -1; }
  /// What `write` would write, and where to, for somebody who can do no more than that.
  struct Raw {
    int fd = -1;
    std::string bytes;
  };
  virtual Raw raw(const Record&) { return {}; }
};

enum class Target { journal, syslog, stderr_lines };

/// Falls back to syslog if the journal cannot be reached.
std::unique_ptr<Sink> open_sink(Target target);

/// The log of one connection. Records that the sink does not take are lost; a RecordsLost before the next record that
/// gets through says how many.
class Log {
 public:
  explicit Log(std::unique_ptr<Sink> sink) noexcept : sink_(std::move(sink)) {}
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log();
  /// Drops records that are less important than `level`.
  void set_level(Level level);
  Level level() const noexcept { return level_; }
  void operator()(const Event& event);
  /// Writes queued records; never blocks.
  void flush();
  /// The descriptor for which flush() waits until it is writable; -1: none.
  int blocked_fd() const noexcept { return sink_->blocked_fd(); }
  /// Writes queued records at the end of the connection; may take a second.
  void finish();
  Context context;

 private:
  void write_queued(std::chrono::milliseconds wait);
  void keep_final_record();

  std::unique_ptr<Sink> sink_;
  Level level_ = Level::info;
  std::optional<Context> left_;  ///< what the watchdog would say was made of it
  std::uint64_t lost_ = 0;       ///< records lost since the last one that got through
};

}  // namespace pysshrp::log
