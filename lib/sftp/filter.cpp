#include "sftp/filter.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {
constexpr std::size_t kMaxOutstanding = 1024;           // more wait with the client; each may hold its paths
constexpr std::size_t kFull = std::size_t{256} * 1024;  // of bytes that the other side does not take
}  // namespace

Filter::Filter(Policy policy, Record record) : policy_(std::move(policy)), record_(std::move(record)) {
  jail_.symlinks = policy_.symlinks;
}

std::size_t Filter::up(std::span<char> bytes, TimePoint now, Out& out) {
  const Way way{from_client_, rest_up_, out.up, &Filter::may_take_request, &Filter::take_request, "the client sent "};
  return advance(way, bytes, {now, out, {}});
}

std::size_t Filter::down(std::span<char> bytes, TimePoint now, Out& out) {
  const Way way{from_upstream_,          rest_down_,          out.down,
                &Filter::may_take_reply, &Filter::take_reply, "the upstream sent "};
  return advance(way, bytes, {now, out, {}});
}

std::size_t Filter::advance(const Way& way, std::span<char> bytes, const Turn& turn) {
  std::size_t taken = 0;
  while (broken_.empty() && taken + way.out.run() < bytes.size()) {
    const std::size_t run = way.out.run();
    const std::size_t n = step(way, bytes.subspan(taken + run), turn);
    if (n == 0 && way.out.run() == run) break;
    taken += n;
  }
  return broken_.empty() || way.out.run() > 0 ? taken : bytes.size();
}

/// How many bytes are done with; those that join the run are not. Nothing moves where the run must be out first.
std::size_t Filter::step(const Way& way, std::span<char> bytes, const Turn& turn) {
  auto& [surplus, file] = way.rest;
  if (way.out.is_mid_payload()) {
    const std::size_t n = way.out.pass(bytes.size());
    if (file) file->bytes_read += n;
    return 0;
  }
  if (way.out.run() > 0 && (surplus > 0 || way.out.waiting() > 0)) return 0;
  if (surplus > 0) {
    const std::size_t n = std::min(surplus, bytes.size());
    surplus -= n;
    return n;
  }
  return (this->*way.may_take)(turn.out) ? take_frame(way, bytes, turn) : 0;
}

std::size_t Filter::take_frame(const Way& way, std::span<char> bytes, Turn turn) {
  auto& frames = way.frames;
  const std::size_t run = way.out.run();
  const bool begins = !frames.begun();
  const std::size_t n = frames.take(bytes);
  if (!frames.fault().empty()) break_off(std::string{way.fault} += frames.fault());
  const bool is_in_place = begins && frames.ready() && frames.is_streamed();
  if (run > 0 && !is_in_place) {
    frames.next();
    return 0;
  }
  if (!frames.ready()) return n;
  if (is_in_place) turn.place = bytes.first(n);
  (this->*way.take)(turn);
  frames.next();
  if (way.out.run() > run) return 0;
  if (run == 0) return n;
  way.rest.surplus += n;  // it was refused, and lies behind a run
  return 0;
}

// A new frame only: one that is half through goes on, for its end is what others may wait for.
bool Filter::may_take_request(const Out& out) const {
  const bool talks = stage_ == Stage::init || stage_ == Stage::ready;
  return talks && !holds_back() && outstanding_.size() < kMaxOutstanding && out.up.held() < kFull &&
         out.down.held() < kFull;
}

bool Filter::may_take_reply(const Out& out) const {
  return out.down.held() < kFull && out.up.waiting() < kFull;
}

void Filter::break_off(std::string reason) {
  if (broken_.empty()) broken_ = std::move(reason);
}

std::uint32_t Filter::next_free_id() {
  while (outstanding_.contains(next_id_)) ++next_id_;
  return next_id_++;
}

void Filter::ask(const Question& question, Outstanding what, Out& out) {
  const std::uint32_t id = next_free_id();
  outstanding_.emplace(id, std::move(what));
  out.up.say(Writer{question.type, id}.string(question.path).finish());
}

void Filter::answer(std::uint32_t id, Code code, Out& out) {
  Writer status{Type::status, id};
  status.u32(static_cast<std::uint32_t>(code)).string(words(code)).string({});
  out.down.say(status.finish());
}

/// As sftp-server answers REALPATH: one name twice, and no attributes.
void Filter::answer_path(std::uint32_t id, std::string_view path, Out& out) {
  out.down.say(Writer{Type::name, id}.u32(1).string(path).string(path).u32(0).finish());
}

void Filter::deny(const Work& work, std::string_view why, Out& out) {
  answer(work.request.id, Code::permission_denied, out);
  record_(DeniedRequest{work.request.rule->name, work.shown, why});
}

void Filter::close_file(const File& file, TimePoint now, bool forced) {
  if (!policy_.log || file.is_folder) return;
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - file.since);
  record_(FileClosed{file.path, file.bytes_read, file.bytes_written, duration, forced});
}

void Filter::finish(TimePoint now) {
  for (const auto& [handle, file] : open_) close_file(*file, now, true);
  for (const auto& [id, what] : outstanding_) {
    const auto* sent = std::get_if<Sent>(&what);
    if (sent && sent->rule->type == Type::close) close_file(*sent->file, now, true);
  }
  open_.clear();
  outstanding_.clear();
}

}  // namespace pysshrp::sftp
