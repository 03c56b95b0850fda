#pragma once
#include <cstddef>
#include <cstdint>
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
#include "sftp/check.h"
#include "sftp/frames.h"
#include "sftp/outlet.h"
#include "sftp/record.h"
#include "sftp/request.h"
#include "sftp/resolution.h"
#include "sftp/server_options.h"
#include "sftp/symlink_order.h"

namespace pysshrp::sftp {

/// What the route says of SFTP.
struct Policy {
  std::string root;  ///< upstream_root_path: absolute, or below the login directory; empty: no jail
  SftpSymlinks symlinks = SftpSymlinks::inside;
  SftpAccess access = SftpAccess::read_write;
  bool log = false;
  UpstreamSftp upstream = UpstreamSftp::external;
  ServerOptions options = {};
  std::string start = {};  ///< where relative paths start; empty: in the root, or where the upstream has it
  bool client_sends_link_first = false;                    ///< in SYMLINK, to every server
  SymlinkOrder likely_order = SymlinkOrder::target_first;  ///< of the upstream; in no jail, where it does not show it
};

/// Where the filter puts what goes on.
struct Out {
  Outlet up;    ///< to the upstream
  Outlet down;  ///< to the client
};

/// The SFTP version 3 conversation of one channel (draft-ietf-secsh-filexfer-02), held to a Policy. Knows no socket and
/// no clock. Every request goes on under an id of the filter's own, so that its own requests collide with none, and a
/// client that uses an id twice gets two answers, as it would from sftp-server.
class Filter {
 public:
  using Record = std::function<void(const Event&)>;
  Filter(Policy policy, Record record);
  Filter(const Filter&) = delete;  // checks refer to its jail
  Filter& operator=(const Filter&) = delete;

  /// Bytes from the client, not while `out.up` has a run: how many of them are done with. Those that follow may be a
  /// run now, changed where they lie. The rest stays with the caller, who offers it again after the next down() or when
  /// `out` has drained: a request that waits for an answer of the upstream holds back what came after it.
  std::size_t up(std::span<char> bytes, TimePoint now, Out& out);
  /// Bytes from the upstream, likewise.
  std::size_t down(std::span<char> bytes, TimePoint now, Out& out);
  /// The channel has ended: records the files that are still open.
  void finish(TimePoint now);

  /// Whether a request that has been taken waits to go on. Until it has, the end of the client's bytes must not be
  /// passed on.
  bool holds_back() const noexcept { return held_ || waiting_; }
  /// Not empty: the channel must end, and this is why. From then on everything is swallowed.
  const std::string& broken() const noexcept { return broken_; }

 private:
  struct File {
    std::string path;
    TimePoint since;
    bool is_folder, is_root, is_startup_file;
    std::uint64_t bytes_read = 0, bytes_written = 0;
  };
  using FilePtr = std::shared_ptr<File>;  // a READ may be answered after the CLOSE that follows it

  /// A request with paths, and what is said of it in the record.
  struct Work {
    Request request;
    std::vector<std::string> shown;
  };
  /// Waits for the answers to a check: of a request before it goes on, or of an open file before the client gets its
  /// handle.
  struct Pending {
    Work work;
    Check check;
    std::optional<std::string> handle;
  };

  // What stands behind an id upstream.
  struct Sent {  ///< a request of the client
    const Rule* rule;
    std::uint32_t id;
    std::uint32_t bytes;  ///< that READ asks for or WRITE carries
    FilePtr file;
    std::unique_ptr<Work> work;
  };
  struct Asked {  ///< a question of a check
    std::shared_ptr<Pending> pending;
    std::size_t number;
    Type type;
  };
  struct AskedOrder {  ///< a request of the probe
    std::size_t number;
  };
  struct AskedRoot {};
  struct AskedHome {};
  struct AskedProof {};
  struct Dropped {};  ///< the CLOSE of a handle the client did not get
  using Outstanding = std::variant<Sent, Asked, AskedOrder, AskedRoot, AskedHome, AskedProof, Dropped>;

  /// Of a frame whose payload is not gathered.
  struct Rest {
    std::size_t surplus = 0;  ///< to be thrown away once the payload has passed
    FilePtr file;             ///< that the payload is read from
  };
  struct Turn {
    TimePoint now;
    Out& out;
    std::span<char> place;  ///< where the source has the frame's fields, when that is behind the run; or empty
  };
  /// One direction.
  struct Way {
    Frames& frames;
    Rest& rest;
    Outlet& out;
    bool (Filter::*may_take)(const Out&) const;
    void (Filter::*take)(const Turn&);
    std::string_view fault;  ///< who made one
  };
  enum class Stage { init, version, root, ready };
  static constexpr std::uint32_t kHomeId = 0xffffffff;  ///< of the question for the login directory, the last of all

  // filter.cpp
  bool has_jail() const noexcept { return !policy_.root.empty(); }
  bool may_take_request(const Out& out) const;
  bool may_take_reply(const Out& out) const;
  std::size_t advance(const Way& way, std::span<char> bytes, const Turn& turn);
  std::size_t step(const Way& way, std::span<char> bytes, const Turn& turn);
  std::size_t take_frame(const Way& way, std::span<char> bytes, Turn turn);
  void break_off(std::string reason);
  std::uint32_t next_free_id();
  void ask(const Question& question, Outstanding what, Out& out);
  void close_file(const File& file, TimePoint now, bool forced);
  static void answer(std::uint32_t id, Code code, Out& out);
  static void answer_path(std::uint32_t id, std::string_view path, Out& out);
  void deny(const Work& work, std::string_view why, Out& out);

  // requests.cpp
  void take_request(const Turn& turn);
  void take_init(const Turn& turn);
  void judge(Request request, const Turn& turn);
  void judge_paths(Work work, const Turn& turn);
  bool needs_order() const;
  void ask_order(Request request, const Turn& turn);
  SymlinkOrder upstream_order() const;
  FilePtr find(std::string_view handle) const;
  void inquire(const std::shared_ptr<Pending>& pending, const std::vector<Check::Numbered>& questions,
               const Turn& turn);
  void decide(Pending& pending, const Turn& turn);
  void send(Work work, FilePtr file, const Turn& turn);

  // replies.cpp
  void take_reply(const Turn& turn);
  void take_version(const Turn& turn);
  void take(Sent& sent, const Turn& turn);
  void take(const Asked& asked, const Turn& turn);
  void take(AskedOrder asked, const Turn& turn);
  void take(AskedRoot, const Turn& turn);
  void take(AskedHome, const Turn& turn);
  void take(AskedProof, const Turn& turn);
  void take(Dropped, const Turn& turn);
  std::optional<Answer> read_answer(Type asked) const;
  void take_status(Sent& sent, const Turn& turn);
  void pass(const Sent& sent, Out& out) const;
  void take_data(const Sent& sent, const Turn& turn);
  void take_handle(Sent& sent, const Turn& turn);
  void take_names(const Sent& sent, const Turn& turn);
  void decide_open(const Pending& pending, const Turn& turn);
  void give_handle(const Work& work, const std::string& handle, const Turn& turn);
  void break_wrong();

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
  Jail writers_jail_;                ///< the same, but where it holds the login directory no link is followed
  std::optional<std::string> home_;  ///< the login directory, once it has been asked for; empty: not told
  bool holds_home_ = false;          ///< whether startup files can be in the root
  Stage stage_ = Stage::init;
  Frames from_client_{Type::write}, from_upstream_{Type::data};
  Rest rest_up_, rest_down_;
  std::uint32_t next_id_ = 0;
  std::unordered_map<std::uint32_t, Outstanding> outstanding_;
  std::map<std::string, FilePtr, std::less<>> open_;  ///< the handles that the client has
  std::shared_ptr<Pending> held_;                     ///< the request that holds back what comes after it
  std::unique_ptr<Request> waiting_;                  ///< likewise; it has not been judged
  SymlinkOrderProbe order_;
};

}  // namespace pysshrp::sftp
