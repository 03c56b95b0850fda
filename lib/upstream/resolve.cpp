#include "upstream/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/handle.h"

namespace pysshrp::upstream {

std::vector<SocketAddress> interleaved(const std::vector<SocketAddress>& sorted) {
  std::vector<SocketAddress> first, others, all;
  for (const SocketAddress& address : sorted)
    (address.storage.ss_family == sorted.front().storage.ss_family ? first : others).push_back(address);
  for (std::size_t i = 0; i < std::max(first.size(), others.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < others.size()) all.push_back(others[i]);
  }
  return all;
}

struct Resolver::Task {
  std::string host, port;
  Fd ready;
  std::atomic<bool> done = false;
  int error = 0;
  std::vector<SocketAddress> found;

  void look_up(int flags) {
    const addrinfo hints{.ai_flags = AI_NUMERICSERV | flags,
                         .ai_family = AF_UNSPEC,
                         .ai_socktype = SOCK_STREAM,
                         .ai_protocol = 0,
                         .ai_addrlen = 0,
                         .ai_addr = nullptr,
                         .ai_canonname = nullptr,
                         .ai_next = nullptr};
    addrinfo* list = nullptr;
    error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
    const std::unique_ptr<addrinfo, Releaser<::freeaddrinfo>> owned{list};
    for (const addrinfo* a = list; error == 0 && a; a = a->ai_next) {
      SocketAddress& address = found.emplace_back();
      std::memcpy(&address.storage, a->ai_addr, a->ai_addrlen);
      address.size = a->ai_addrlen;
    }
  }
  void finish() noexcept {
    done.store(true, std::memory_order_release);
    if (ready) ::eventfd_write(ready.get(), 1);
  }
};

Resolver::Resolver(const HostName& host, std::uint16_t port) : task_(std::make_shared<Task>()) {
  task_->host = host.text();
  task_->port = std::to_string(port);
  task_->look_up(AI_NUMERICHOST);  // an address needs nobody to be asked
  if (task_->error == 0) {
    task_->finish();
    return;
  }
  task_->ready = Fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  auto* share = new std::shared_ptr<Task>(task_);
  pthread_t thread{};
  const int rc = ::pthread_create(
      &thread, nullptr,
      [](void* argument) noexcept -> void* {
        const std::unique_ptr<std::shared_ptr<Task>> task{static_cast<std::shared_ptr<Task>*>(argument)};
        (*task)->look_up(AI_ADDRCONFIG);
        (*task)->finish();
        return nullptr;
      },
      share);
  if (rc == 0) {
    ::pthread_detach(thread);
  } else {
    delete share;
    task_->look_up(AI_ADDRCONFIG);  // no thread to be had: then it takes as long as it takes
    task_->finish();
  }
}

int Resolver::fd() const noexcept {
  return task_->ready.get();
}

bool Resolver::done() const noexcept {
  return task_->done.load(std::memory_order_acquire);
}

Result<std::vector<SocketAddress>> Resolver::addresses() const {
  if (task_->error != 0) return Error{std::string{::gai_strerror(task_->error)}};
  return task_->found;
}

}  // namespace pysshrp::upstream
