"""The ways to the account, the clients that take them, and the meter of what a way's server spends."""
import contextlib
import subprocess
import threading
import time

SET_UP_LIMIT = 30  # seconds for a connection
SESSION_LIMIT = 600  # seconds after which a client that hangs is killed


class Trouble(Exception):
    """The bench cannot go on; the text is for the user."""


class NotOffered(Exception):
    """The way does not know what a row measures; the text says what."""


class Session:
    """A client that runs."""

    def __init__(self, process):
        self.process = process
        self._heard = b""

    def say(self, text):
        self.process.stdin.write(text)

    def expect(self, text):
        """Reads standard output until `text` has come."""
        while text not in self._heard:
            got = self.process.stdout.read(1 << 16)
            if not got:
                raise Trouble(f"the client ended before it said {text.decode().strip()!r}")
            self._heard += got
        self._heard = self._heard.partition(text)[2]

    def rest(self):
        """Standard output after what was expected, to its end."""
        return self._heard + self.process.stdout.read()


class Way:
    """One way to the account. `fronts` holds, per cipher, the listener of the server that the client meets first."""

    def __init__(self, name, host, fronts, world, runs_command=False, root=None, user=None, options=()):
        self.name = name
        self.user = user or world.account
        self.world = world
        self.runs_command = runs_command  # whether the front's CPU has that of the account's command in it
        self._root = root  # the folder that sftp sees as `/`
        self._host = host
        self._fronts = fronts
        self._options = options  # more of them for ssh

    def front(self, cipher):
        return self._fronts[cipher]

    def ciphers(self):
        return self._fronts

    def path(self, file):
        """What sftp calls a file of the account's machine."""
        return f"/{file.relative_to(self._root)}" if self._root else str(file)

    def ssh(self, command, cipher, **pipes):
        return self._session(["ssh", "-T", "-F", self.world.ssh_config(cipher), *self._options, self._host, command], **pipes)

    def sftp(self, cipher, **pipes):
        # -b alone would not let ssh use a password.
        return self._session(["sftp", "-q", "-F", self.world.ssh_config(cipher), "-o", "BatchMode=no", "-b", "-", self._host], **pipes)

    def sftp_frames(self, cipher, **pipes):
        return self._session(["ssh", "-T", "-F", self.world.ssh_config(cipher), "-s", self._host, "sftp"], **pipes)

    @contextlib.contextmanager
    def master(self, cipher):
        """A connection that stays; yields what ssh needs to be told to open its sessions in it."""
        options = ["-F", self.world.ssh_config(cipher), "-o", f"ControlPath={self.world.work / 'master'}", self._host]
        argv = ["ssh", "-M", "-N", "-o", "ControlMaster=yes", *options]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.world.client_log,
                              env=self.world.environment) as process:
            try:
                until = time.monotonic() + SET_UP_LIMIT
                while not (self.world.work / "master").exists():
                    if time.monotonic() > until or process.poll() is not None:
                        raise Trouble(f"{self.name}: {' '.join(argv)} gets no connection")
                    time.sleep(0.01)
                yield options
            finally:
                process.terminate()

    def ssh_in(self, options, command, **pipes):
        return self._session(["ssh", "-T", *options, command], **pipes)

    @contextlib.contextmanager
    def _session(self, argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        with subprocess.Popen(argv, bufsize=0, stdin=stdin, stdout=stdout, stderr=self.world.client_log,
                              env=self.world.environment) as process:
            watchdog = threading.Timer(SESSION_LIMIT, process.kill)
            watchdog.start()
            try:
                yield Session(process)
                if process.stdin:
                    process.stdin.close()
                status = process.wait()
            except BaseException:
                process.kill()
                raise
            finally:
                watchdog.cancel()
        if status != 0:
            raise Trouble(f"{self.name}: {' '.join(argv)} ended with {status}")


class Meter:
    """CPU `seconds` that a way's front spent inside the `with`."""

    def __init__(self, way, cipher):
        self.seconds = None
        self._way, self._cipher = way, cipher

    def __enter__(self):
        self._before = self._total()
        return self

    def __exit__(self, kind, _error, _trace):
        if kind is None:
            self.seconds = self._total() - self._before

    def _total(self):
        total = self._way.front(self._cipher).cpu()
        if total is None:
            raise Trouble(f"{self._way.name}: a server still runs long after its client has gone")
        return total
