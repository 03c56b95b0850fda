"""One server process per connection, as inetd would start it, and what they cost."""
import ctypes
import math
import os
import pwd
import resource
import select
import signal
import socket
import struct
import subprocess
import traceback

TOTAL = struct.Struct("d")  # CPU seconds
PATIENCE = 30  # seconds for the servers to go after their clients
PR_SET_CHILD_SUBREAPER = 36


class Listener:
    """A process of its own that accepts on a loopback port and starts `argv` with the connection on fd 0 and 1, and with what `environment`
    has besides a PATH.

    To be made before this process has threads. `close` ends everything that it started.
    """

    def __init__(self, argv, log, user=None, environment=()):
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = listening.getsockname()[1]
        self._questions, questions = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._questions.close()
            _become_listener(listening, questions, argv, log, user, environment)
        questions.close()
        listening.close()
        self._questions.settimeout(PATIENCE)

    def cpu(self):
        """CPU seconds of all connections so far, their descendants included. Waits until all have ended; None if they do not."""
        try:
            self._questions.send(b"?")
            return TOTAL.unpack(self._questions.recv(TOTAL.size))[0]
        except (OSError, struct.error):
            return None

    def processes(self):
        """The servers that run now: what was started per connection, and its forks; not the commands that run in them."""
        programs = {_program(pid) for pid in _children(self._pid)}
        return [pid for pid in _descendants(self._pid) if _program(pid) in programs]

    def close(self):
        for pid in [self._pid, *_descendants(self._pid)]:
            _kill(pid)
        os.waitpid(self._pid, 0)
        self._questions.close()


class Daemon:
    """A server that serves all connections in one process, on a port of its own choice."""

    def __init__(self, argv, port, log):
        self.port = port
        self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def cpu(self):
        """CPU seconds of all its threads until now."""
        total = 0
        for task in os.scandir(f"/proc/{self._process.pid}/task"):
            with open(f"{task.path}/schedstat") as schedstat:
                total += int(schedstat.read().split()[0])
        return total / 1e9

    def processes(self):
        return [self._process.pid]

    def close(self):
        self._process.kill()
        self._process.wait()


class Elsewhere:
    """A server that somebody else has started: what it costs is not seen from here."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    def cpu(self):
        return math.nan

    def processes(self):
        return []


def _become_listener(listening, questions, argv, log, user, environment):
    """Never returns."""
    try:
        os.setsid()  # Ctrl-C is for the bench, which then ends us
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        # sshd's monitor goes without waiting for its child: what it leaves behind becomes our child, and is counted.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
        if user:
            account = pwd.getpwnam(user)
            os.setgroups([])
            os.setresgid(*[account.pw_gid] * 3)
            os.setresuid(*[account.pw_uid] * 3)
        _serve(listening, questions, argv, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **dict(environment)})
    except Exception:
        os.write(2, traceback.format_exc().encode())  # into the log
    finally:
        os._exit(1)


def _serve(listening, questions, argv, environment):
    """Accepts, reaps, and answers each question with the CPU seconds of all children once there are none; until the bench is gone."""
    child_ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    asked = False
    while True:
        ready, _, _ = select.select([listening, questions, child_ended], [], [])
        if listening in ready:
            _spawn(listening.accept()[0], argv, environment)
        if child_ended in ready:
            os.read(child_ended, 4096)
        if questions in ready:
            if not questions.recv(1):
                return
            asked = True
        if _reap() and asked:
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            questions.send(TOTAL.pack(usage.ru_utime + usage.ru_stime))
            asked = False


def _spawn(connection, argv, environment):
    """Not by fork: copying this process would cost more CPU than some servers, and count as theirs."""
    with connection:
        fds = [(os.POSIX_SPAWN_DUP2, connection.fileno(), fd) for fd in (0, 1)]
        os.posix_spawn(argv[0], argv, environment, file_actions=fds, setsigdef=[signal.SIGPIPE])


def _reap():
    """True if no children are left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
        return False
    except ChildProcessError:
        return True


def _children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return [int(child) for child in children.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []  # it has ended meanwhile


def _descendants(pid):
    found = _children(pid)
    for child in found:
        found.extend(_children(child))  # the loop goes on into what it adds
    return found


def _program(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except (FileNotFoundError, ProcessLookupError):
        return None


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
