// A handler that somebody has taken over: a library that is preloaded into it and, as soon as a phase of the sandbox
// has begun, tries every way out. Each attempt is a line `broken-in PHASE NAME yes|no|ERROR` on stderr. `no` is what
// the sandbox says: EPERM, EACCES or ENOSYS; any other error is the kernel's, which has been reached.
//   BROKEN_IN_LANDLOCK  the newest version of Landlock that the handler finds; 0: none
//   BROKEN_IN_VICTIM    process id of another handler; the front tries what there is to try on its monitor
//   BROKEN_IN_PORT      a port that the handler has no business with
//   BROKEN_IN_FOLDER    a folder of the handler's user with the files `file` and `socket`, a listening socket; another
//                       one listens at the abstract name @broken-in
//   BROKEN_IN_SECRET    a file that the handler may read
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace {

using Syscall = long (*)(long, ...);
Syscall really() {
  static const auto found = reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  return found;
}
template <typename... Argument>
long call(long number, Argument... arguments) {
  return really()(number, arguments...);
}

std::string variable(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

/// What was there before the sandbox, and what the attempts aim at.
struct World {
  std::string folder = variable("BROKEN_IN_FOLDER"), secret = variable("BROKEN_IN_SECRET"), file = folder + "/file";
  int landlock = atoi(variable("BROKEN_IN_LANDLOCK").c_str()), port = atoi(variable("BROKEN_IN_PORT").c_str());
  pid_t self = getpid();  // of the front
  pid_t monitor = 0;  // for the front, the one beside it
  pid_t victim = atoi(variable("BROKEN_IN_VICTIM").c_str());
  int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), unix_socket[2]{};
  int open_file = open(file.c_str(), O_RDWR), library = open("/proc/self/exe", O_RDONLY), pipes[2]{};
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::string of_victim(const char* what) const { return "/proc/" + std::to_string(victim) + '/' + what; }
  World() {
    (void)!socketpair(AF_UNIX, SOCK_DGRAM, 0, unix_socket);
    (void)!pipe(pipes);
  }
};

World& world() {
  static World one;
  return one;
}
// The environment is cleared later.
__attribute__((constructor)) void remember() {
  world();
}

sockaddr_in other_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(world().port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
const sockaddr* generic(const auto& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int new_or(int spare, int family, int type) {  // in a session there is only what was open before
  const int fd = static_cast<int>(call(SYS_socket, family, type, 0));
  return fd >= 0 ? fd : spare;
}

long open_at(const std::string& path, int flags) {
  return call(SYS_openat, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, 0600);
}

long connect_unix(std::string name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name[0] == '@') name[0] = '\0';
  memcpy(address.sun_path, name.data(), name.size());
  const int fd = new_or(world().unix_socket[0], AF_UNIX, SOCK_STREAM);
  return call(SYS_connect, fd, &address, offsetof(sockaddr_un, sun_path) + name.size());
}

long bind_unix(std::string name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name[0] == '@') name[0] = '\0';
  memcpy(address.sun_path, name.data(), name.size());
  const int fd = new_or(world().unix_socket[0], AF_UNIX, SOCK_DGRAM);
  const long done = call(SYS_bind, fd, &address, offsetof(sockaddr_un, sun_path) + name.size());
  const int error = errno;
  if (name[0] != '\0') unlink(name.c_str());
  errno = error;
  return done;
}

long send_rights(bool sends) {
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (!sends) {
    (void)!write(world().unix_socket[0], "y", 1);
    return call(SYS_recvmsg, world().unix_socket[1], &message, MSG_DONTWAIT);
  }
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &world().tcp, sizeof(int));
  return call(SYS_sendmsg, world().unix_socket[0], &message, MSG_DONTWAIT);
}

long map(int protection, int flags, int fd) {
  const long at = call(SYS_mmap, nullptr, 4096, protection, flags, fd, 0);
  return at == -1 ? -1 : 0;
}

long forked(long child) {
  if (child == 0) _exit(0);
  return child;
}

clockid_t clock_of(pid_t process) {
  return static_cast<clockid_t>((~static_cast<unsigned>(process)) << 3) | 2;
}

long limit_of(pid_t process, bool set) {
  rlimit old{};
  if (!set) return call(SYS_prlimit64, process, RLIMIT_DATA, nullptr, &old);
  const rlimit same{RLIM_INFINITY, RLIM_INFINITY};
  return call(SYS_prlimit64, process, RLIMIT_DATA, &same, nullptr);
}

template <typename Value>
long set_option(int fd, int level, int name, Value value) {
  return call(SYS_setsockopt, fd, level, name, &value, sizeof value);
}

struct Attempt {
  const char* name;
  long (*run)(const World&);
};
#define TRY(name, ...)                                              \
  Attempt {                                                         \
#name, [](const World & w) -> long { (void)w; return __VA_ARGS__; } \
  }

const Attempt kAttempts[]{
    // Files
    TRY(read_secret, open_at(w.secret, O_RDONLY)),
    TRY(list_directory, open_at(w.folder, O_RDONLY | O_DIRECTORY)),
    TRY(stat_file, call(SYS_newfstatat, AT_FDCWD, w.file.c_str(), w.page, 0)),
    TRY(write_file, open_at(w.file, O_WRONLY)),
    TRY(append_to_file, open_at(w.file, O_RDONLY | O_APPEND)),
    TRY(empty_file, open_at(w.file, O_RDONLY | O_TRUNC)),
    TRY(make_file, open_at(w.folder + "/new", O_WRONLY | O_CREAT)),
    TRY(make_nameless_file, open_at(w.folder, O_WRONLY | O_TMPFILE)),
    TRY(make_shared_memory, open_at("/dev/shm/broken-in", O_RDWR | O_CREAT)),
    TRY(open_by_openat2,
        [&] {
          std::uint64_t how[3]{};
          return call(SYS_openat2, AT_FDCWD, w.secret.c_str(), how, sizeof how);
        }()),
    TRY(rename_file, call(SYS_renameat2, AT_FDCWD, w.file.c_str(), AT_FDCWD, w.file.c_str(), 0)),
    TRY(remove_file, call(SYS_unlinkat, AT_FDCWD, (w.folder + "/new").c_str(), 0)),
    TRY(truncate_path, call(SYS_truncate, w.file.c_str(), 0)),
    TRY(truncate_open_file, call(SYS_ftruncate, w.open_file, 0)),
    TRY(chmod_path, call(SYS_fchmodat, AT_FDCWD, w.file.c_str(), 0600)),
    TRY(chmod_open_file, call(SYS_fchmod, w.open_file, 0600)),
    TRY(chown_open_file, call(SYS_fchown, w.open_file, -1, -1)),
    TRY(set_attribute, call(SYS_fsetxattr, w.open_file, "user.x", "y", 1, 0)),
    TRY(set_times, call(SYS_utimensat, w.open_file, nullptr, nullptr, 0)),
    TRY(allocate, call(SYS_fallocate, w.open_file, 0, 0, 1)),
    TRY(make_directory, call(SYS_mkdirat, AT_FDCWD, (w.folder + "/d").c_str(), 0700)),
    TRY(make_link, call(SYS_linkat, AT_FDCWD, w.file.c_str(), AT_FDCWD, (w.folder + "/l").c_str(), 0)),
    TRY(make_symlink, call(SYS_symlinkat, "x", AT_FDCWD, (w.folder + "/s").c_str())),
    TRY(make_fifo, call(SYS_mknodat, AT_FDCWD, (w.folder + "/f").c_str(), S_IFIFO | 0600, 0)),
    TRY(make_socket, bind_unix(w.folder + "/made")),
    TRY(lock_by_flock, call(SYS_flock, w.open_file, LOCK_EX | LOCK_NB)),
    TRY(lock_by_fcntl,
        [&] {
          struct flock lock {
            F_WRLCK, SEEK_SET, 0, 0, 0
          };
          return call(SYS_fcntl, w.open_file, F_OFD_SETLK, &lock);
        }()),
    TRY(lease, call(SYS_fcntl, w.open_file, F_SETLEASE, F_RDLCK)),
    TRY(notify, call(SYS_fcntl, w.open_file, F_NOTIFY, 1)),
    TRY(inotify, call(SYS_inotify_init1, 0)),
    TRY(fanotify, call(SYS_fanotify_init, 0, 0)),
    TRY(name_to_handle, call(SYS_name_to_handle_at, AT_FDCWD, "/", w.page, w.page, 0)),
    TRY(open_by_handle, call(SYS_open_by_handle_at, AT_FDCWD, w.page, 0)),
    TRY(change_directory, call(SYS_chdir, "/")),
    TRY(change_root, call(SYS_chroot, "/")),
    TRY(mount, call(SYS_mount, "x", "/mnt", "tmpfs", 0, nullptr)),
    TRY(open_tree, call(SYS_open_tree, AT_FDCWD, "/", 0)),
    TRY(umask, call(SYS_umask, 077)),

    // The network
    TRY(socket_inet, call(SYS_socket, AF_INET, SOCK_STREAM, 0)),
    TRY(socket_inet6, call(SYS_socket, AF_INET6, SOCK_DGRAM, 0)),
    TRY(socket_unix, call(SYS_socket, AF_UNIX, SOCK_STREAM, 0)),
    TRY(socket_netlink_route, call(SYS_socket, AF_NETLINK, SOCK_RAW, 0)),
    TRY(socket_netlink_other, call(SYS_socket, AF_NETLINK, SOCK_RAW, 15)),
    TRY(socket_raw, call(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_ICMP)),
    TRY(socket_ping, call(SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_ICMP)),
    TRY(socket_mptcp, call(SYS_socket, AF_INET, SOCK_STREAM, 262)),
    TRY(socket_seqpacket, call(SYS_socket, AF_UNIX, SOCK_SEQPACKET, 0)),
    TRY(socket_packet, call(SYS_socket, AF_PACKET, SOCK_DGRAM, 0)),
    TRY(socket_vsock, call(SYS_socket, AF_VSOCK, SOCK_STREAM, 0)),
    TRY(socket_alg, call(SYS_socket, AF_ALG, SOCK_SEQPACKET, 0)),
    TRY(socket_pair,
        [&] {
          int pair[2];
          return call(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
        }()),
    TRY(connect,
        [&] {
          const auto to = other_port();
          return call(SYS_connect, new_or(w.tcp, AF_INET, SOCK_STREAM), &to, sizeof to);
        }()),
    TRY(disconnect,
        [&] {
          sockaddr none{};
          return call(SYS_connect, new_or(w.tcp, AF_INET, SOCK_STREAM), &none, sizeof none);
        }()),
    TRY(fast_open_by_sendto,
        [&] {
          const auto to = other_port();
          return call(SYS_sendto, new_or(w.tcp, AF_INET, SOCK_STREAM), "x", 1, MSG_FASTOPEN, &to, sizeof to);
        }()),
    TRY(fast_open_flag,
        call(SYS_sendto, new_or(w.tcp, AF_INET, SOCK_STREAM), "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, nullptr, 0) >= 0 ||
                errno == EPIPE || errno == EINVAL || errno == ENOTCONN
            ? 0
            : -1),
    TRY(fast_open_option, set_option(w.tcp, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)),
    TRY(sendto_address,
        [&] {
          const auto to = other_port();
          return call(SYS_sendto, new_or(w.udp, AF_INET, SOCK_DGRAM), "x", 1, 0, &to, sizeof to);
        }()),
    TRY(sendmsg_address,
        [&] {
          auto to = other_port();
          char byte = 'x';
          iovec data{&byte, 1};
          msghdr m{};
          m.msg_name = &to;
          m.msg_namelen = sizeof to;
          m.msg_iov = &data;
          m.msg_iovlen = 1;
          return call(SYS_sendmsg, new_or(w.udp, AF_INET, SOCK_DGRAM), &m, 0);
        }()),
    TRY(sendmmsg, call(SYS_sendmmsg, w.udp, w.page, 0, 0)),
    TRY(send_descriptor, send_rights(true)),
    TRY(receive_descriptor, send_rights(false)),
    TRY(recvmmsg, call(SYS_recvmmsg, w.udp, w.page, 0, MSG_DONTWAIT, nullptr)),
    TRY(connect_unix_path, connect_unix(w.folder + "/socket")),
    TRY(connect_unix_abstract, connect_unix("@broken-in")),
    TRY(bind_unix_abstract, bind_unix("@broken-in-" + std::to_string(getpid()))),
    TRY(bind,
        [&] {
          sockaddr_in any{};
          any.sin_family = AF_INET;
          return call(SYS_bind, new_or(w.udp, AF_INET, SOCK_DGRAM), &any, sizeof any);
        }()),
    TRY(listen, call(SYS_listen, w.tcp, 1)),
    TRY(accept, call(SYS_accept4, w.tcp, nullptr, nullptr, SOCK_NONBLOCK)),
    TRY(attach_filter,
        [&] {
          sock_filter allow{BPF_RET | BPF_K, 0, 0, 1};
          return set_option(w.udp, SOL_SOCKET, SO_ATTACH_FILTER, sock_fprog{1, &allow});
        }()),
    TRY(bind_to_device, set_option(w.udp, SOL_SOCKET, SO_BINDTODEVICE, ifreq{})),
    TRY(upper_layer, call(SYS_setsockopt, w.tcp, IPPROTO_TCP, TCP_ULP, "tls", 3)),
    TRY(interfaces,
        [&] {
          ifconf list{};
          return call(SYS_ioctl, w.udp, SIOCGIFCONF, &list);
        }()),

    // Another handler
    TRY(kill, call(SYS_kill, w.victim, 0)),
    TRY(kill_everybody, call(SYS_kill, -1, 0)),
    TRY(tkill, call(SYS_tkill, w.victim, 0)),
    TRY(tgkill, call(SYS_tgkill, w.victim, w.victim, 0)),
    TRY(tgkill_abort, call(SYS_tgkill, w.victim, w.victim, SIGABRT)),
    TRY(sigqueue, call(SYS_rt_sigqueueinfo, w.victim, 0, w.page)),
    TRY(tgsigqueue, call(SYS_rt_tgsigqueueinfo, w.victim, w.victim, 0, w.page)),
    TRY(pidfd_open, call(SYS_pidfd_open, w.victim, 0)),
    TRY(pidfd_send_signal, call(SYS_pidfd_send_signal, w.open_file, 0, nullptr, 0)),
    TRY(pidfd_getfd, call(SYS_pidfd_getfd, w.open_file, 0, 0)),
    TRY(process_madvise, call(SYS_process_madvise, w.open_file, w.page, 0, 0, 0)),
    TRY(process_mrelease, call(SYS_process_mrelease, w.open_file, 0)),
    TRY(set_owner, call(SYS_fcntl, w.tcp, F_SETOWN, w.victim)),
    TRY(set_owner_ex,
        [&] {
          f_owner_ex owner{F_OWNER_PID, w.victim};
          return call(SYS_fcntl, w.tcp, F_SETOWN_EX, &owner);
        }()),
    TRY(set_owner_by_ioctl,
        [&] {
          int pid = w.victim;
          return call(SYS_ioctl, w.tcp, FIOSETOWN, &pid);
        }()),
    TRY(set_group_by_ioctl,
        [&] {
          int pid = w.victim;
          return call(SYS_ioctl, w.tcp, SIOCSPGRP, &pid);
        }()),
    TRY(set_signal, call(SYS_fcntl, w.tcp, F_SETSIG, SIGKILL)),
    TRY(set_async, call(SYS_fcntl, w.tcp, F_SETFL, O_ASYNC)),
    TRY(set_async_by_ioctl,
        [&] {
          int on = 1;
          return call(SYS_ioctl, w.tcp, FIOASYNC, &on);
        }()),
    TRY(read_limit, limit_of(w.victim, false)),
    TRY(set_limit, limit_of(w.victim, true)),
    TRY(trace, call(SYS_ptrace, PTRACE_SEIZE, w.victim, nullptr, nullptr)),
    TRY(be_traced, call(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr)),
    TRY(read_memory,
        [&] {
          iovec v{w.page, 1};
          return call(SYS_process_vm_readv, w.victim, &v, 1, &v, 1, 0);
        }()),
    TRY(write_memory,
        [&] {
          iovec v{w.page, 1};
          return call(SYS_process_vm_writev, w.victim, &v, 1, &v, 1, 0);
        }()),
    TRY(open_memory, open_at(w.of_victim("mem"), O_RDONLY)),
    TRY(open_environment, open_at(w.of_victim("environ"), O_RDONLY)),
    TRY(open_descriptor, open_at(w.of_victim("fd/10"), O_RDONLY)),
    TRY(list_descriptors, open_at(w.of_victim("fd"), O_RDONLY | O_DIRECTORY)),
    TRY(write_oom_score, open_at(w.of_victim("oom_score_adj"), O_WRONLY)),
    TRY(open_status, open_at(w.of_victim("status"), O_RDONLY)),
    TRY(compare, call(SYS_kcmp, w.victim, getpid(), 0, 0, 0)),
    TRY(robust_list, call(SYS_get_robust_list, w.victim, w.page, w.page)),
    TRY(set_priority, call(SYS_setpriority, PRIO_PROCESS, w.victim, 19)),
    TRY(set_priority_of_user, call(SYS_setpriority, PRIO_USER, 0, 0)),
    TRY(get_priority, call(SYS_getpriority, PRIO_PROCESS, w.victim)),
    TRY(set_affinity, call(SYS_sched_setaffinity, w.victim, sizeof(cpu_set_t), w.page)),
    TRY(get_affinity, call(SYS_sched_getaffinity, w.victim, sizeof(cpu_set_t), w.page)),
    TRY(set_scheduler,
        [&] {
          sched_param p{};
          return call(SYS_sched_setscheduler, w.victim, SCHED_IDLE, &p);
        }()),
    TRY(set_scheduler_attribute, call(SYS_sched_setattr, w.victim, w.page, 0)),
    TRY(set_io_priority, call(SYS_ioprio_set, 1, w.victim, 0)),
    TRY(set_process_group, call(SYS_setpgid, 0, 0)),
    TRY(new_session, call(SYS_setsid)),
    TRY(get_process_group, call(SYS_getpgid, w.victim)),
    TRY(move_pages, call(SYS_move_pages, w.victim, 0, nullptr, nullptr, nullptr, 0)),
    TRY(migrate_pages, call(SYS_migrate_pages, w.victim, 0, nullptr, nullptr)),
    TRY(read_cpu_clock, call(SYS_clock_gettime, clock_of(w.victim), w.page)),
    TRY(watch_cpu_clock, call(SYS_timer_create, clock_of(w.victim), nullptr, w.page)),
    TRY(perf, call(SYS_perf_event_open, w.page, w.victim, -1, -1, 0)),
    TRY(shared_memory, call(SYS_shmget, IPC_PRIVATE, 4096, 0600)),
    TRY(semaphores, call(SYS_semget, IPC_PRIVATE, 1, 0600)),
    TRY(message_queue, call(SYS_msgget, IPC_PRIVATE, 0600)),
    TRY(posix_message_queue, call(SYS_mq_open, "broken-in", O_RDWR | O_CREAT, 0600, nullptr)),
    TRY(keyring, call(SYS_keyctl, 0, -4, 0)),
    TRY(add_key, call(SYS_add_key, "user", "broken-in", "x", 1, -4)),
    TRY(request_key, call(SYS_request_key, "user", "broken-in", nullptr, 0)),
    TRY(wait, call(SYS_wait4, -1, nullptr, 1, nullptr)),

    // Other programs, processes and rights
    TRY(execute, call(SYS_execve, "/bin/true", nullptr, nullptr)),
    TRY(execute_open_file, call(SYS_execveat, w.library, "", nullptr, nullptr, AT_EMPTY_PATH)),
    TRY(fork, forked(call(SYS_clone, SIGCHLD, 0, 0, 0, 0))),
    TRY(fork_by_clone3,
        [&] {
          std::uint64_t how[11]{0, 0, 0, 0, SIGCHLD};
          return forked(call(SYS_clone3, how, sizeof how));
        }()),
    TRY(new_user_namespace, call(SYS_unshare, CLONE_NEWUSER)),
    TRY(join_namespace, call(SYS_setns, w.open_file, 0)),
    TRY(set_user, call(SYS_setresuid, -1, -1, -1)),
    TRY(set_groups, call(SYS_setgroups, 0, nullptr)),
    TRY(set_capabilities, call(SYS_capset, w.page, nullptr)),
    TRY(set_personality, call(SYS_personality, 0xffffffff)),
    TRY(become_dumpable, call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)),
    TRY(choose_tracer, call(SYS_prctl, PR_SET_PTRACER, -1, 0, 0, 0)),
    TRY(adopt_children, call(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)),
    TRY(own_signal, call(SYS_tgkill, getpid(), getpid(), 0)),
    TRY(own_limit, limit_of(0, false)),
    TRY(raise_own_limit, limit_of(0, true)),
    TRY(own_limit_by_number, limit_of(getpid(), true)),
    TRY(second_filter, call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, nullptr)),
    TRY(filter_with_listener, call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, nullptr)),
    TRY(terminal_input,
        [&] {
          char c = 'x';
          return call(SYS_ioctl, 0, TIOCSTI, &c);
        }()),

    // Memory
    TRY(map_executable, map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1)),
    TRY(map_written_executable, map(PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, w.library)),
    TRY(map_library, map(PROT_READ | PROT_EXEC, MAP_PRIVATE, w.library)),
    TRY(map_shared_library, map(PROT_READ | PROT_EXEC, MAP_SHARED, w.library)),
    TRY(map_file, map(PROT_READ, MAP_PRIVATE, w.library)),
    TRY(make_executable, call(SYS_mprotect, w.page, 4096, PROT_READ | PROT_EXEC)),
    TRY(make_executable_by_key, call(SYS_pkey_mprotect, w.page, 4096, PROT_READ | PROT_EXEC, -1)),
    TRY(memory_file, call(SYS_memfd_create, "x", 0)),
    TRY(secret_memory, call(SYS_memfd_secret, 0)),
    TRY(lock_memory, call(SYS_mlockall, MCL_CURRENT)),
    TRY(user_faults, call(SYS_userfaultfd, 1)),

    // The kernel
    TRY(io_uring, call(SYS_io_uring_setup, 1, w.page)),
    TRY(aio, call(SYS_io_setup, 1, w.page)),
    TRY(bpf, call(SYS_bpf, 0, w.page, 0)),
    TRY(kernel_log, call(SYS_syslog, 2, w.page, 10)),
    TRY(set_clock, call(SYS_clock_settime, CLOCK_REALTIME, w.page)),
    TRY(adjust_clock, call(SYS_clock_adjtime, CLOCK_REALTIME, w.page)),
    TRY(set_host_name, call(SYS_sethostname, "x", 1)),
    TRY(load_module, call(SYS_finit_module, w.open_file, "", 0)),
    TRY(kexec, call(SYS_kexec_load, 0, 0, nullptr, 0)),
    TRY(quota, call(SYS_quotactl, 0, nullptr, 0, nullptr)),
    TRY(splice, call(SYS_splice, w.pipes[0], nullptr, w.pipes[1], nullptr, 0, 0)),
    TRY(copy_file_range, call(SYS_copy_file_range, w.open_file, nullptr, w.open_file, nullptr, 0, 0)),
    TRY(sendfile, call(SYS_sendfile, w.udp, w.open_file, nullptr, 0)),
    TRY(newer_call, call(600)),
#ifdef __x86_64__
    TRY(x32_call, call(0x40000000 | SYS_getpid)),
    TRY(descriptor_table, call(SYS_modify_ldt, 0, w.page, 0)),
    TRY(io_ports, call(SYS_iopl, 0)),
    TRY(old_fork, forked(call(SYS_fork))),
#endif
};

void try_all(const char* phase) {
  for (const Attempt& attempt : kAttempts) {
    errno = 0;
    const long result = attempt.run(world());
    const int error = errno;
    const bool refused = error == EPERM || error == EACCES || error == ENOSYS;
    const std::string line = std::string{"broken-in "} + phase + ' ' + attempt.name + ' ' +
                             (result >= 0 ? "yes"
                              : refused   ? "no"
                                          : strerrorname_np(error)) +
                             '\n';
    (void)!write(STDERR_FILENO, line.data(), line.size());
  }
}

/// The front's victim is the monitor: that one has what the front must not have.
void try_all_on_monitor() {
  const pid_t other = std::exchange(world().victim, world().monitor);
  if (world().victim <= 0) dprintf(STDERR_FILENO, "broken-in front no_monitor yes\n");
  try_all("front");
  world().victim = other;
}

/// The version of Landlock that the handler is told. A line `broken-in landlock version N` says it, too.
long emulated(long version) {
  const long told = std::clamp<long>(version, 0, world().landlock);
  dprintf(STDERR_FILENO, "broken-in landlock version %ld\n", told);
  if (told > 0) return told;
  errno = ENOSYS;
  return -1;
}

}  // namespace

extern "C" pid_t fork() {
  static const auto found = reinterpret_cast<pid_t (*)()>(dlsym(RTLD_NEXT, "fork"));
  const pid_t child = found();
  if (child > 0) world().monitor = child;
  return child;
}

/// The handler makes its sandbox by syscall(2): two filters for either process of a login, two more for the session.
extern "C" long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  std::array<long, 6> a{};
  for (long& argument : a) argument = va_arg(list, long);
  va_end(list);
  const long result = call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (number == SYS_landlock_create_ruleset && a[2] == LANDLOCK_CREATE_RULESET_VERSION) return emulated(result);
  static int filters = 0;
  if (number == SYS_seccomp && result == 0) {
    if (++filters == 2) getpid() == world().self ? try_all_on_monitor() : try_all("monitor");
    if (filters == 4) try_all("session");
  }
  return result;
}
