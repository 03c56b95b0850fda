// For OpenSSH's `ProxyCommand` with `ProxyUseFdpass yes`: gives a program one end of a socket pair as inetd would, and
// passes the other end to the client over stdout. A connection without a TCP port.
//   pass_fd LOG PROGRAM [ARGUMENT...]
// The program gets the socket as fd 0 and 1, LOG (appended to) as fd 2, and, when this runs as root, nobody's ids.
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace {

int fail(const char* what) {
  std::perror(what);
  return 111;
}

bool become_nobody() {
  const passwd* nobody = ::getpwnam("nobody");
  return nobody != nullptr && ::setgroups(0, nullptr) == 0 && ::setgid(nobody->pw_gid) == 0 &&
         ::setuid(nobody->pw_uid) == 0;
}

int become_handler(int socket, char** argv) {
  const int log = ::open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) return fail(argv[1]);
  if (::geteuid() == 0 && !become_nobody()) return fail("nobody");
  if (::dup2(socket, 0) < 0 || ::dup2(socket, 1) < 0 || ::dup2(log, 2) < 0) return fail("dup2");
  ::execv(argv[2], argv + 2);
  return fail(argv[2]);
}

/// One byte with the descriptor as its SCM_RIGHTS companion, which is what ssh(1) waits for.
bool pass(int over, int fd) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  return ::sendmsg(over, &message, 0) == 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return fail("socketpair");
  const pid_t child = ::fork();
  if (child < 0) return fail("fork");
  if (child == 0) ::_exit(become_handler(ends[1], argv));
  return pass(STDOUT_FILENO, ends[0]) ? 0 : fail("sendmsg");
}
