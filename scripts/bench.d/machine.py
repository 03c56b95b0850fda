"""A systemd of its own, for what depends on units."""
import pathlib
import subprocess
import tempfile

from ways import NotOffered, Trouble

BOOT = pathlib.Path(__file__).resolve().parents[2] / "tests/boot-systemd"


class Machine:
    """Booted for the first command and stopped with `stack`. `units` and `shared` are boot-systemd's."""

    def __init__(self, stack, units, shared=None):
        self._stack, self._state, self._folders = stack, None, [folder for folder in (units, shared) if folder]

    def run(self, *argv, limit=60):
        """Standard output of a command in it."""
        if not self._state:
            self._boot()
        done = subprocess.run([BOOT, "run", self._state, *argv], capture_output=True, text=True, timeout=limit, check=False)
        if done.returncode != 0:
            raise Trouble(f"{' '.join(argv)}: {done.stderr.strip()}")
        return done.stdout

    def _boot(self):
        state = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pysshrp-machine-")))
        started = subprocess.run([BOOT, "start", state, *self._folders], capture_output=True, text=True, timeout=90, check=False)
        if started.returncode != 0:
            raise NotOffered(f"no systemd can be booted here: {started.stderr.strip()[-200:]}")
        self._state = state
        self._stack.callback(subprocess.run, [BOOT, "stop", state], timeout=60, check=False, capture_output=True)
