"""Distance: TCP relays on loopback that hold every byte for a time. relay.cpp does the work, and has the rules."""
import pathlib
import shutil
import socket
import statistics
import subprocess
import threading
import time

from ways import Trouble

SOURCE = pathlib.Path(__file__).with_name("relay.cpp")
TRIAL, PART = 256 << 20, 256 << 10  # bytes
TRIALS = 3  # the best one counts: others use the machine as well
ECHOES = 10
PATIENCE = 30  # seconds


def compile_into(work):
    """The program."""
    compiler = shutil.which("c++")
    if not compiler:
        raise Trouble("no c++ to compile the relay with: scripts/packages bench")
    program = work / "relay"
    done = subprocess.run([compiler, "-O2", "-std=c++20", "-o", program, SOURCE], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise Trouble(f"{SOURCE.name} does not compile: {done.stderr.strip()}")
    return program


class Relay:
    """A process that carries what connects to its `port` on to another one. `round_trip` in ms, `rate` in bytes per second (0: none)."""

    def __init__(self, program, to_port, round_trip, rate=0):
        argv = [program, str(to_port), str(round(500 * round_trip)), str(rate)]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        said = self._process.stdout.readline()
        if not said:
            self.close()
            raise Trouble(f"{program} does not start")
        self.port = int(said)

    def cpu(self):
        """Seconds until now."""
        with open(f"/proc/{self._process.pid}/schedstat") as schedstat:
            return int(schedstat.read().split()[0]) / 1e9

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def rate(program):
    """(MB/s of one stream without a delay, CPU seconds that the relay spends on a GB): how far it is from being a limit itself."""
    return max(_through(program, 0, _carry) for _ in range(TRIALS))


def round_trip(program, asked):
    """ms, the median of a byte's echoes with so many ms of delay."""
    return _through(program, asked, _echo)


def _through(program, delay, measure):
    with socket.create_server(("127.0.0.1", 0)) as server:
        relay = Relay(program, server.getsockname()[1], delay)
        try:
            with socket.create_connection(("127.0.0.1", relay.port)) as client, _accept(server) as target:
                for end in (client, target):
                    end.settimeout(PATIENCE)
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return measure(client, target, relay)
        finally:
            relay.close()


def _accept(server):
    server.settimeout(PATIENCE)
    return server.accept()[0]


def _carry(client, target, relay):
    sender = threading.Thread(target=_send, args=(client,), daemon=True)
    start = time.perf_counter()
    sender.start()
    _throw_away(target)
    seconds = time.perf_counter() - start
    sender.join()
    return TRIAL / 1e6 / seconds, relay.cpu() * 1e9 / TRIAL


def _send(client):
    part = bytes(PART)
    for _ in range(TRIAL // PART):
        client.sendall(part)


def _throw_away(target):
    """TRIAL bytes, without copying them."""
    left, unused = TRIAL, bytearray(PART)
    while left > 0:
        got = target.recv_into(unused, min(left, PART), socket.MSG_TRUNC)
        if got == 0:
            raise Trouble("the relay has ended a connection")
        left -= got


def _echo(client, target, _relay):
    trips = []
    for _ in range(ECHOES):
        start = time.perf_counter()
        client.sendall(b"x")
        target.sendall(target.recv(1))
        client.recv(1)
        trips.append(1e3 * (time.perf_counter() - start))
    return statistics.median(trips)
