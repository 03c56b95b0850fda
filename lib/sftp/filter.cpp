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

std::size_t Filter::up(std::span<const char> bytes, TimePoint now, Out& out) {
  std::size_t taken = 0;
  while (broken_.empty() && taken < bytes.size() &&
         (comes(payload_up_) ? out.up.size() < kFull : may_take_request(out))) {
    const auto left = bytes.subspan(taken);
    if (comes(payload_up_)) {
      taken += stream(payload_up_, left, out.up);
      continue;
    }
    taken += from_client_.take(left);
    if (!from_client_.fault().empty()) break_off("the client sent " + std::string{from_client_.fault()});
    if (!from_client_.ready()) continue;
    take_request({now, out});
    from_client_.next();
  }
  return broken_.empty() ? taken : bytes.size();
}

std::size_t Filter::down(std::span<const char> bytes, TimePoint now, Out& out) {
  std::size_t taken = 0;
  while (broken_.empty() && taken < bytes.size() &&
         (comes(payload_down_) ? out.down.size() < kFull : may_take_reply(out))) {
    const auto left = bytes.subspan(taken);
    if (comes(payload_down_)) {
      taken += stream(payload_down_, left, out.down);
      continue;
    }
    taken += from_upstream_.take(left);
    if (!from_upstream_.fault().empty()) break_off("the upstream sent " + std::string{from_upstream_.fault()});
    if (!from_upstream_.ready()) continue;
    take_reply({now, out});
    from_upstream_.next();
  }
  return broken_.empty() ? taken : bytes.size();
}

// A new frame only: one that is half through goes on, for its end is what others may wait for.
bool Filter::may_take_request(const Out& out) const {
  const bool talks = stage_ == Stage::init || stage_ == Stage::ready;
  return talks && !held_ && outstanding_.size() < kMaxOutstanding && out.up.held() < kFull && out.down.held() < kFull;
}

bool Filter::may_take_reply(const Out& out) {
  return out.down.held() < kFull && out.up.waiting() < kFull;
}

std::size_t Filter::stream(Payload& payload, std::span<const char> bytes, Outlet& to) {
  if (payload.left == 0) {
    const std::size_t n = std::min<std::size_t>(payload.surplus, bytes.size());
    payload.surplus -= static_cast<std::uint32_t>(n);
    return n;
  }
  const auto piece = bytes.first(std::min<std::size_t>(payload.left, bytes.size()));
  if (payload.passes) to.pass(piece);
  if (payload.file) payload.file->bytes_read += piece.size();
  payload.left -= static_cast<std::uint32_t>(piece.size());
  return piece.size();
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
