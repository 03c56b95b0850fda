#include "log/log.h"

#include "base/watchdog.h"
#include "log/sinks.h"

namespace pysshrp::log {

using namespace std::chrono_literals;

Log::~Log() {
  finish();
  watchdog::keep_final_record(-1, {});
}

// The connection begins: what is known of it is in the context.
void Log::set_level(Level level) {
  level_ = level;
  keep_final_record();
}

void Log::keep_final_record() {
  if (left_ == context) return;
  left_ = context;
  const Sink::Raw raw = sink_->raw(describe(Stuck{}, context));
  watchdog::keep_final_record(raw.fd, raw.bytes);
}

void Log::operator()(const Event& event) {
  const Record record = describe(event, context);
  if (record.level > level_) return;
  flush();
  if (!sink_->write(record)) ++lost_;
  keep_final_record();
}

void Log::flush() {
  write_queued(0ms);
}

void Log::finish() {
  write_queued(1s);
}

void Log::write_queued(std::chrono::milliseconds wait) {
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
