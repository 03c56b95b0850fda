#include "log/log.h"

#include "log/sinks.h"

namespace pysshrp::log {

using namespace std::chrono_literals;

void Log::operator()(const Event& event) {
  const Record record = describe(event, context);
  if (record.level > level_) return;
  flush();
  if (!sink_->write(record)) ++lost_;
}

void Log::flush() {
  write_what_waits(0ms);
}

void Log::finish() {
  write_what_waits(1s);
}

void Log::write_what_waits(std::chrono::milliseconds wait) {
  lost_ += sink_->flush(wait);
  if (lost_ != 0 && sink_->write(describe(RecordsLost{lost_}, context))) lost_ = 0;
}

std::unique_ptr<Sink> open_sink(Target target) {
  if (target == Target::stderr_lines) return open_stderr_lines();
  if (target == Target::journal) {
    if (auto journal = open_journal()) return journal;
  }
  return open_syslog();
}

}  // namespace pysshrp::log
