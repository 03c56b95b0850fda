#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/sftp_policy.h"
#include "base/share.h"
#include "sftp/check.h"
#include "sftp/frames.h"
#include "sftp/listing.h"
#include "sftp/output_queue.h"
#include "sftp/precedence.h"
#include "sftp/record.h"
#include "sftp/request.h"
#include "sftp/resolution.h"
#include "sftp/server_options.h"
#include "sftp/symlink_order.h"

namespace pysshrp::sftp {

/// The route's rules for SFTP.
struct Policy {
  std::string root;  ///< upstream_root_path: absolute, or below the login directory; empty: no jail
  SftpSymlinks symlinks = SftpSymlinks::inside;
  SftpAccess access = SftpAccess::read_write;
  bool log = false;
  UpstreamSftp upstream = UpstreamSftp::external;
  ServerOptions options = {};
  std::string start = {};                ///< where relative paths start; empty: the root, or the upstream's choice
  bool client_sends_link_first = false;  ///< this client sends the link first in SYMLINK, whatever the server is
  SymlinkOrder likely_order =
      SymlinkOrder::target_first;  ///< of the upstream, used without a jail if the probe does not tell
};

/// The filter's output.
struct Out {
  OutputQueue up;    ///< to the upstream
  OutputQueue down;  ///< to the client
};

/// Enforces a Policy on the SFTP version 3 conversation of one channel (draft-ietf-secsh-filexfer-02). Has no socket
/// and no clock. Every request is sent upstream with a new id, so that it never collides with the filter's own
/// requests. A client that uses an id twice gets two answers, as from sftp-server.
class Filter {
 public:
  using Record = std::function<void(const Event&)>;
  Filter(Policy policy, Record record);
  Filter(const Filter&) = delete;  // checks refer to its jail
  Filter& operator=(const Filter&) = delete;

  /// Processes bytes from the client; must not be called while `out.up` has a run. Returns how many bytes are finished.
  /// Those after them may have become a run, and been changed in place. The caller keeps the rest and passes it in
  /// again after the next down(), or when `out` has drained: a request that waits for the upstream may hold back later
  /// ones.
  std::size_t up(std::span<char> bytes, TimePoint now, Out& out);
  /// Processes bytes from the upstream in the same way.
  std::size_t down(std::span<char> bytes, TimePoint now, Out& out);
  /// The channel has ended: records files that are still open.
  void finish(TimePoint now);

  /// Whether an accepted request has not been sent upstream yet. Until then the client's EOF must not be passed on.
  bool holds_back() const noexcept { return !queue_.empty() || has_waiting(); }
  /// Why the channel must end; empty while all is well. After an error all input is dropped.
  const std::string& broken() const noexcept { return broken_; }

 private:
  struct File {
    std::string path;
    TimePoint since;
    bool is_folder, is_root, is_startup_file;
    Share share;  ///< of in_open_paths_
    std::uint64_t bytes_read = 0, bytes_written = 0;
  };
  using FilePtr = std::shared_ptr<File>;  // a READ may be answered after the CLOSE that follows it

  /// A request with paths, and its paths as the record shows them.
  struct Work {
    Request request;
    std::vector<std::string> shown;
    Resolution::Last last = Resolution::Last::followed;  ///< of its paths, in a jail
    Share share = {};                                    ///< of in_paths_
  };
  /// A request whose check waits for answers.
  struct Pending {
    enum class State {
      before,   ///< the request is in queue_, and is sent or refused by the result of the check
      opening,  ///< OPEN or OPENDIR has been sent, and the second check of its path right after it
      opened,   ///< its handle has arrived; the client gets it once the check is complete
      over      ///< finished: later answers are ignored
    };
    State state;
    Work work;
    Check check;
    Precedence precedence = Precedence::none;
    std::string handle = {};
  };
  using PendingPtr = std::shared_ptr<Pending>;

  // What an id towards the upstream stands for.
  struct Sent {  ///< a request of the client
    const Rule* rule;
    std::uint32_t id;
    std::uint32_t bytes;  ///< that READ asks for or WRITE carries
    FilePtr file;
    std::unique_ptr<Work> work;
    PendingPtr recheck;  ///< the second check, sent right after an OPEN
  };
  struct CheckQuestion {  ///< a question of a check
    PendingPtr pending;
    std::size_t number;
    Type type;
  };
  struct OrderQuestion {  ///< a request of SymlinkOrderProbe
    std::size_t number;
  };
  struct RootQuestion {};
  struct HomeQuestion {};
  struct ProofQuestion {};
  struct DroppedHandle {};  ///< the CLOSE of a handle the client did not get
  using Outstanding =
      std::variant<Sent, CheckQuestion, OrderQuestion, RootQuestion, HomeQuestion, ProofQuestion, DroppedHandle>;

  /// The rest of a frame whose payload is streamed.
  struct Rest {
    std::size_t surplus = 0;  ///< bytes to drop after the payload
    FilePtr file;             ///< the file that the payload is read from
    std::optional<LongListing> listing = {};
  };
  struct Turn {
    TimePoint now;
    Out& out;
    std::span<char> place;  ///< the frame's fields in the source, if they follow the run; otherwise empty
  };
  /// One direction.
  struct Direction {
    Frames& frames;
    Rest& rest;
    OutputQueue& out;
    bool (Filter::*accepts)(const Out&) const;
    void (Filter::*on_frame)(const Turn&);
    std::string_view fault;  ///< `the client sent ` or `the upstream sent `
  };
  enum class Stage { init, version, root, ready };
  static constexpr std::size_t kMaxOpen = 8192;  ///< open handles; sftp-server's bound is its number of open files
  // Reasons of refusals, for the record.
  static constexpr std::string_view kTheRoot = "the root itself", kStartupFile = "a file that the login reads";
  static constexpr std::uint32_t kHomeId = 0xffffffff;  ///< id of the question for the login directory

  // filter.cpp
  bool has_jail() const noexcept { return !policy_.root.empty(); }
  bool accepts_request(const Out& out) const;
  bool accepts_reply(const Out& out) const;
  std::size_t advance(const Direction& direction, std::span<char> bytes, const Turn& turn);
  std::size_t step(const Direction& direction, std::span<char> bytes, const Turn& turn);
  std::size_t parse_frame(const Direction& direction, std::span<char> bytes, Turn turn);
  std::size_t parse_listing(const Direction& direction, std::span<const char> bytes);
  void break_off(std::string reason);
  std::uint32_t next_free_id();
  void ask(const Question& question, Outstanding what, Out& out);
  void close_file(const File& file, TimePoint now, bool forced);
  static void answer(std::uint32_t id, Code code, Out& out) { answer(id, code, words(code), out); }
  static void answer(std::uint32_t id, Code code, std::string_view text, Out& out);
  static void answer_path(std::uint32_t id, std::string_view path, Out& out);
  void deny(const Work& work, std::string_view why, Out& out);

  // requests.cpp
  void on_request(const Turn& turn);
  void on_init(const Turn& turn);
  void evaluate(Request request, const Turn& turn);
  void evaluate_paths(Work work, const Turn& turn);
  bool needs_order() const;
  void ask_order(Request request, const Turn& turn);
  SymlinkOrder upstream_order() const;
  FilePtr find(std::string_view handle) const;
  void send(Work work, FilePtr file, const Turn& turn);

  // line.cpp
  bool has_waiting() const noexcept { return !std::holds_alternative<std::monostate>(waiting_); }
  bool queue_accepts() const noexcept;
  bool must_wait(const Work& work) const;
  Precedence precedence_of(const Work& work) const;
  void enqueue(Work work, const Turn& turn);
  void advance_queue(const Turn& turn);
  void ask_questions(const PendingPtr& pending, const std::vector<Check::Numbered>& questions, const Turn& turn);
  void on_reply_to(const CheckQuestion& asked, const Turn& turn);
  void decide(Pending& pending, const Turn& turn);
  PendingPtr recheck_open(const Request& request) const;
  void on_opened(Sent& sent, std::string handle, const Turn& turn);
  void decide_open(Pending& pending, const Turn& turn);

  // replies.cpp
  void on_reply(const Turn& turn);
  void on_version(const Turn& turn);
  void on_reply_to(Sent& sent, const Turn& turn);
  void on_reply_to(OrderQuestion asked, const Turn& turn);
  void on_reply_to(RootQuestion, const Turn& turn);
  void on_reply_to(HomeQuestion, const Turn& turn);
  void on_reply_to(ProofQuestion, const Turn& turn);
  void on_reply_to(DroppedHandle, const Turn& turn);
  std::optional<Answer> read_answer(Type asked) const;
  void on_status(Sent& sent, const Turn& turn);
  void pass(const Sent& sent, Out& out) const;
  void pass_limits(const Sent& sent, Out& out);
  std::string_view words_for(Code code, std::string_view upstreams) const;
  void on_data(const Sent& sent, const Turn& turn);
  void on_handle(Sent& sent, const Turn& turn);
  void on_names(const Sent& sent, const Turn& turn);
  void on_long_names(const Sent& sent, const Turn& turn);
  void give_handle(const Work& work, const std::string& handle, const Turn& turn);
  void break_off_malformed();

  // startup_files.cpp
  bool offers(const Rule& rule) const;
  std::string_view refusal(const Request& request) const;
  void start_paths(Request& request) const;
  void enter_jail();
  bool is_startup_file(std::string_view path) const;
  bool changes_startup_file(const Request& request, const Check& check) const;
  const Jail& jail_for(const Request& request) const noexcept;

  const Policy policy_;
  const Record record_;
  std::string broken_;
  Jail jail_;
  Jail writers_jail_;                ///< for writes: follows no link if the login directory is inside
  std::optional<std::string> home_;  ///< the login directory, once answered; empty: the upstream did not tell
  bool holds_home_ = false;          ///< whether startup files can be in the root
  Stage stage_ = Stage::init;
  Frames from_client_{Type::write}, from_upstream_{Type::data};
  Rest rest_up_, rest_down_;
  std::uint32_t next_id_ = 0;
  std::unordered_map<std::uint32_t, Outstanding> outstanding_;
  std::map<std::string, FilePtr, std::less<>> open_;  ///< handles that the client has
  std::deque<PendingPtr> queue_;                      ///< requests that are being checked, in the client's order
  /// The one request that holds back all later ones: a SYMLINK that waits for the probe, or a request that must wait
  /// for the checks before it.
  std::variant<std::monostate, Request, Work> waiting_;
  std::size_t in_open_paths_ = 0;  ///< bytes of the paths of open files
  std::size_t in_paths_ = 0;       ///< bytes of unanswered requests with paths
  bool answers_in_order_ = false;  ///< the upstream handles requests one after the other
  SymlinkOrderProbe order_;
};

}  // namespace pysshrp::sftp
