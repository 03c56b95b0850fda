#include <dlfcn.h>
#include <sys/uio.h>
#include <syslog.h>

#include "base/handle.h"
#include "log/sinks.h"

namespace pysshrp::log {
namespace {

using Library = std::unique_ptr<void, Releaser<dlclose>>;
/// sd_journal_sendv(3). Said here, so that the program also builds where there is no libsystemd.
using Send = int (*)(const iovec*, int);

class Journal final : public Sink {
 public:
  Journal(Library library, Send send) noexcept : library_(std::move(library)), send_(send) {}

  void write(const Record& record) noexcept override {
    std::vector<std::string> texts{
        "MESSAGE=" + record.message,
        "MESSAGE_ID=" + std::string{record.message_id},
        "PRIORITY=" + std::to_string(static_cast<int>(record.level)),
        "SYSLOG_IDENTIFIER=pysshrp",
        "SYSLOG_FACILITY=" + std::to_string(LOG_FAC(LOG_AUTHPRIV)),
    };
    for (const auto& [name, value] : record.fields) texts.push_back(std::string{name} + '=' + value);
    std::vector<iovec> parts;
    parts.reserve(texts.size());
    for (std::string& text : texts) parts.push_back({text.data(), text.size()});
    send_(parts.data(), static_cast<int>(parts.size()));
  }

 private:
  Library library_;
  Send send_;
};

}  // namespace

// Loaded here and not linked: with its own libraries it costs more to start than all the rest of the program.
std::unique_ptr<Sink> open_journal() {
  Library library{dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL)};
  if (!library) return nullptr;
  const auto send = reinterpret_cast<Send>(dlsym(library.get(), "sd_journal_sendv"));
  if (send == nullptr) return nullptr;
  return std::make_unique<Journal>(std::move(library), send);
}

}  // namespace pysshrp::log
