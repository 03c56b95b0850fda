#include "sftp/filter.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {
constexpr std::size_t kMaxOutstanding = 1024;           // further requests stay unread; each request may hold its paths
constexpr std::size_t kFull = std::size_t{256} * 1024;  // bytes waiting for one side, above which nothing is read
}  // namespace

Filter::Filter(Policy policy, Record record) : policy_(std::move(policy)), record_(std::move(record)) {
  jail_.symlinks = policy_.symlinks;
}

std::size_t Filter::up(std::span<char> bytes, TimePoint now, Out& out) {
  const Direction direction{from_client_,        rest_up_,          out.up, &Filter::accepts_request,
                            &Filter::on_request, "the client sent "};
  return advance(direction, bytes, {now, out, {}});
}

std::size_t Filter::down(std::span<char> bytes, TimePoint now, Out& out) {
  const Direction direction{from_upstream_,         rest_down_,        out.down,
                            &Filter::accepts_reply, &Filter::on_reply, "the upstream sent "};
  return advance(direction, bytes, {now, out, {}});
}

std::size_t Filter::advance(const Direction& direction, std::span<char> bytes, const Turn& turn) {
  std::size_t taken = 0;
  while (broken_.empty() && taken + direction.out.run() < bytes.size()) {
    const std::size_t run = direction.out.run();
    const std::size_t n = step(direction, bytes.subspan(taken + run), turn);
    if (n == 0 && direction.out.run() == run) break;
    taken += n;
  }
  return broken_.empty() || direction.out.run() > 0 ? taken : bytes.size();
}

/// Returns how many bytes are finished; bytes that join the run are not. 0 if the run has to be written first.
std::size_t Filter::step(const Direction& direction, std::span<char> bytes, const Turn& turn) {
  auto& [surplus, file, listing] = direction.rest;
  if (listing) return parse_listing(direction, bytes);
  if (direction.out.is_mid_payload()) {
    const std::size_t n = direction.out.extend_run(bytes.size());
    if (file) file->bytes_read += n;
    return 0;
  }
  if (direction.out.run() > 0 && (surplus > 0 || direction.out.waiting() > 0)) return 0;
  if (surplus > 0) {
    const std::size_t n = std::min(surplus, bytes.size());
    surplus -= n;
    return n;
  }
  return (this->*direction.accepts)(turn.out) ? parse_frame(direction, bytes, turn) : 0;
}

std::size_t Filter::parse_frame(const Direction& direction, std::span<char> bytes, Turn turn) {
  auto& frames = direction.frames;
  const std::size_t run = direction.out.run();
  const bool begins = !frames.begun();
  const std::size_t n = frames.parse(bytes);
  if (!frames.fault().empty()) break_off(std::string{direction.fault} += frames.fault());
  const bool is_in_place = begins && frames.ready() && frames.is_streamed();
  if (run > 0 && !is_in_place) {
    frames.next();
    return 0;
  }
  if (!frames.ready()) return n;
  if (is_in_place) turn.place = bytes.first(n);
  (this->*direction.on_frame)(turn);
  frames.next();
  if (direction.out.run() > run) return 0;
  if (run == 0) return n;
  direction.rest.surplus += n;  // the frame was refused, and its bytes stand after the run
  return 0;
}

std::size_t Filter::parse_listing(const Direction& direction, std::span<const char> bytes) {
  if (direction.out.held() >= kFull) return 0;
  std::string entries;
  const std::size_t n = direction.rest.listing->parse(bytes, entries);
  direction.out.append_payload(entries);
  if (direction.rest.listing->is_malformed()) break_off_malformed();
  if (direction.rest.listing->is_over()) direction.rest.listing.reset();
  return n;
}

// These two decide about new frames only. A frame that has begun is always finished, because others wait for its end.
bool Filter::accepts_request(const Out& out) const {
  const bool talks = stage_ == Stage::init || stage_ == Stage::ready;
  return talks && queue_accepts() && outstanding_.size() < kMaxOutstanding && out.up.held() < kFull &&
         out.down.held() < kFull;
}

bool Filter::accepts_reply(const Out& out) const {
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
  out.up.append(Writer{question.type, id}.string(question.path).finish());
}

void Filter::answer(std::uint32_t id, Code code, std::string_view text, Out& out) {
  Writer status{Type::status, id};
  status.u32(static_cast<std::uint32_t>(code)).string(text).string({});
  out.down.append(status.finish());
}

/// Answers as sftp-server answers REALPATH: the name twice, and empty attributes.
void Filter::answer_path(std::uint32_t id, std::string_view path, Out& out) {
  out.down.append(Writer{Type::name, id}.u32(1).string(path).string(path).u32(0).finish());
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
