"""What is measured: a row is one function from a way to {(quantity, unit): value}, and one line in ROWS."""
import concurrent.futures
import contextlib
import functools
import math
import os
import shutil
import statistics
import subprocess
import time
from collections import namedtuple
from subprocess import PIPE

import counts
import frames
import logins
from ways import Meter, Trouble

AES, CHACHA = "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com"
CIPHERS = (AES, CHACHA)
MIB, GIB = 1 << 20, 1 << 30
BEGINNING = 16 * MIB
ECHO_WARM_UP = 20
FLOOD = 1  # second in which all buffers fill
READS, READ_SIZE = 256, 256 << 10

Amounts = namedtuple("Amounts", "connections parallel echoes bulk_mib files held slow_mib slow_rate logins references")
FULL = Amounts(connections=20, parallel=80, echoes=2000, bulk_mib=1024, files=1000, held=200, slow_mib=64, slow_rate=1, logins=16, references=True)
QUICK = Amounts(connections=5, parallel=16, echoes=500, bulk_mib=192, files=250, held=20, slow_mib=16, slow_rate=8, logins=8, references=False)

# once: one round is enough, it does not vary. waits: seconds for each answer, so that one round must do for --quick. ways: in the order
# in which they take turns, ratios are to the first; none: all that lead to the account.
Row = namedtuple("Row", "name measure once waits ways", defaults=[False, False, None])


def set_up(way, amounts):
    walls = []
    with Meter(way, AES) as meter:
        for _ in range(amounts.connections):
            start = time.perf_counter()
            with way.ssh("true", AES):
                pass
            walls.append(time.perf_counter() - start)
    return {("wall", "ms"): 1e3 * statistics.median(walls), ("CPU", "ms"): 1e3 * meter.seconds / amounts.connections}


def parallel(way, amounts):
    def connect(_):
        with way.ssh("true", AES):
            pass
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        list(pool.map(connect, range(amounts.parallel)))
        return {("rate", "1/s"): amounts.parallel / (time.perf_counter() - start)}


def echo(way, amounts):
    trips = []
    with way.ssh("cat", AES, stdin=PIPE, stdout=PIPE) as session:
        for _ in range(ECHO_WARM_UP + amounts.echoes):
            start = time.perf_counter()
            session.say(b"x")
            session.expect(b"x")
            trips.append(1e6 * (time.perf_counter() - start))
    percentiles = statistics.quantiles(trips[ECHO_WARM_UP:], n=100)
    return {("p50", "us"): percentiles[49], ("p95", "us"): percentiles[94]}


def bulk(way, amounts, cipher, send):
    """CPU is what the bytes after the first BEGINNING cost: in those a receiving sshd spends 0.1 s on growing its buffers."""
    size = amounts.bulk_mib * MIB
    _, beginning_cpu = send(way, BEGINNING, cipher)
    seconds, cpu = send(way, size, cipher)
    return {("rate", "MiB/s"): size / MIB / seconds, ("CPU", "s/GiB"): (cpu - beginning_cpu) * GIB / (size - BEGINNING)}


def send_up(way, size, cipher):
    """(seconds, CPU seconds of the front without the account's command)"""
    command = "{ echo ready; TIMEFORMAT='%U %S'; time wc -c; } 2>&1"
    with Meter(way, cipher) as meter, way.ssh(command, cipher, stdin=PIPE, stdout=PIPE) as session:
        session.expect(b"ready\n")
        start = time.perf_counter()
        feed(session.process.stdin, way.world.source / "big", size)
        session.expect(b"%d\n" % size)
        seconds = time.perf_counter() - start
        counting = cpu_told(session.rest())
    return seconds, meter.seconds - (counting if way.runs_command else 0)


def send_down(way, size, cipher):
    """The same as send_up."""
    command = f"echo ready; read -r go; TIMEFORMAT='%U %S'; {{ time {zeros(size)}; }} 2>cpu"
    with Meter(way, cipher) as meter, way.ssh(command, cipher, stdin=PIPE, stdout=PIPE) as session:
        session.expect(b"ready\n")
        start = time.perf_counter()
        session.say(b"go\n")
        swallow(session.process.stdout, size)
        seconds = time.perf_counter() - start
    writing = cpu_told((way.world.home / "cpu").read_bytes())
    return seconds, meter.seconds - (writing if way.runs_command else 0)


def sftp_big(way, amounts, verb):
    size = amounts.bulk_mib * MIB
    seconds, cpu = sftp(way, verb, "big", size)
    return {("rate", "MiB/s"): size / MIB / seconds, ("CPU", "s/GiB"): cpu * GIB / size}


def sftp_many(way, amounts, verb):
    seconds, cpu = sftp(way, verb, "many", amounts.files * 4096)
    return {("rate", "files/s"): amounts.files / seconds, ("CPU", "ms/file"): 1e3 * cpu / amounts.files}


def sftp(way, verb, name, size):
    """(seconds, CPU seconds) of sftp_seconds."""
    empty = empty_cpu(way, AES)
    with Meter(way, AES) as meter:
        seconds = sftp_seconds(way, verb, name, size)
    return seconds, meter.seconds - empty


def sftp_seconds(way, verb, name, size):
    """Of one put or get of source/NAME."""
    ours, theirs = {"put": (way.world.source, way.world.home), "get": (way.world.received, way.world.source)}[verb]
    arrived = {"put": theirs, "get": ours}[verb] / name
    from_to = {"put": f"{ours / name} {way.path(theirs / name)}", "get": f"{way.path(theirs / name)} {ours / name}"}[verb]
    with way.sftp(AES, stdin=PIPE, stdout=PIPE) as session:
        seconds = seconds_of(session, f"{verb} -r {from_to}", b"Remote working directory")
    remove_arrived(arrived, size)
    return seconds


def seconds_of(session, command, place):
    """Of a command of sftp or psftp, between the answers to two `pwd`, which have `place` in them."""
    session.say(b"pwd\n")
    session.expect(place)
    start = time.perf_counter()
    session.say(f"{command}\npwd\n".encode())
    session.expect(place)
    return time.perf_counter() - start


def remove_arrived(path, size):
    files = [file for file in (path, *path.rglob("*")) if file.is_file()]
    if sum(file.stat().st_size for file in files) != size:
        raise Trouble(f"sftp: not all of {path.name} has arrived")
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def idle_memory(way, amounts):
    with contextlib.ExitStack() as held, concurrent.futures.ThreadPoolExecutor(4) as pool:
        def hold(_):
            session = held.enter_context(way.ssh("echo ready; cat", AES, stdin=PIPE, stdout=PIPE))
            session.expect(b"ready\n")
        list(pool.map(hold, range(amounts.held)))
        total = front_memory(way, "smaps_rollup", "Pss")
    return {("PSS", "KiB"): total / amounts.held}


def slow_reader(way, amounts):
    """How far the front's peak goes above what it had when idle, while a reader takes slow_rate MiB/s."""
    command = f"echo ready; read -r go; {zeros(amounts.slow_mib * MIB)}; read -r bye"
    with way.ssh(command, AES, stdin=PIPE, stdout=PIPE) as session:
        session.expect(b"ready\n")
        idle = front_memory(way, "status", "VmRSS")
        session.say(b"go\n")
        start = time.perf_counter()
        for quarter in range(1, 4 * amounts.slow_mib + 1):
            read_exactly(session.process.stdout, MIB // 4)
            time.sleep(max(0.0, start + quarter / 4 / amounts.slow_rate - time.perf_counter()))
        peak = front_memory(way, "status", "VmHWM")
        session.say(b"bye\n")
    return {("peak RSS above idle", "KiB"): peak - idle}


def flooded(way, amounts):
    """Bulk down in a connection, alone and beside a session that nobody reads."""
    size = amounts.bulk_mib * MIB // 4
    with way.master(AES) as options:
        bulk_in(way, options, size)  # while sshd grows its buffers
        alone = bulk_in(way, options, size)
        argv = ["ssh", "-T", *options, "exec cat /dev/zero"]
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=PIPE, stderr=way.world.client_log, env=way.world.environment) as flood:
            try:
                read_exactly(flood.stdout, 1)
                time.sleep(FLOOD)
                beside = bulk_in(way, options, size)
            finally:
                flood.kill()
    return {("rate beside it", "MiB/s"): beside, ("of the rate alone", "1"): beside / alone}


def bulk_in(way, options, size):
    with way.ssh_in(options, f"echo ready; read -r go; {zeros(size)}", stdin=PIPE, stdout=PIPE) as session:
        session.expect(b"ready\n")
        start = time.perf_counter()
        session.say(b"go\n")
        swallow(session.process.stdout, size)
        return size / MIB / (time.perf_counter() - start)


def outstanding_reads(way, _amounts):
    """The front's peak while READS requests are on their way and nobody takes the answers."""
    with way.sftp_frames(AES, stdin=PIPE, stdout=PIPE) as session:
        answers = session.process.stdout
        session.say(frames.init())
        frames.receive(answers)
        session.say(frames.open_file(way.path(way.world.source / "big")))
        session.say(frames.reads(frames.string_in(frames.receive(answers, frames.HANDLE)), READ_SIZE, READS))
        time.sleep(1)
        for _ in range(READS):
            frames.receive(answers, frames.DATA)
        peak = front_memory(way, "status", "VmHWM")
    return {("peak RSS", "KiB"): peak}


def empty_cpu(way, cipher):
    """CPU seconds of the front for a connection that does nothing."""
    with Meter(way, cipher) as meter, way.ssh("true", cipher):
        pass
    return meter.seconds


def zeros(size):
    """A command that writes so many bytes."""
    return f"dd if=/dev/zero bs=64k count={size >> 16} status=none"


def cpu_told(text):
    """Seconds from bash's `time` with TIMEFORMAT='%U %S'."""
    return sum(map(float, text.split()))


def feed(pipe, path, size):
    """Puts a file into a pipe without copying it, and ends the pipe."""
    with open(path, "rb") as source:
        while size > 0:
            size -= os.splice(source.fileno(), pipe.fileno(), size)
    pipe.close()


def swallow(pipe, size):
    """Takes `size` bytes out of a pipe without copying them."""
    with open("/dev/null", "wb") as nowhere:
        while size > 0:
            moved = os.splice(pipe.fileno(), nowhere.fileno(), size)
            if moved == 0:
                raise Trouble(f"the stream ended {size} bytes early")
            size -= moved


def read_exactly(pipe, size):
    while size > 0:
        got = len(pipe.read(min(size, 1 << 16)))
        if got == 0:
            raise Trouble("the stream ended early")
        size -= got


def front_memory(way, file, field):
    """KiB of all servers that run on the way's front."""
    servers = way.front(AES).processes()
    return sum(memory(file, field, pid) for pid in servers) if servers else math.nan


def memory(file, field, pid):
    """KiB, from /proc/PID/FILE."""
    with open(f"/proc/{pid}/{file}") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


ROWS = (
    Row("ssh true", set_up),
    Row("ssh true, 8 at once", parallel),
    Row("1-byte echo", echo),
    *(Row(f"bulk {direction}, {cipher.partition('@')[0]}", functools.partial(bulk, cipher=cipher, send=send))
      for direction, send in (("up", send_up), ("down", send_down)) for cipher in CIPHERS),
    *(Row(f"sftp {verb}, one big file", functools.partial(sftp_big, verb=verb)) for verb in ("put", "get")),
    *(Row(f"sftp {verb}, files of 4 KiB", functools.partial(sftp_many, verb=verb)) for verb in ("put", "get")),
    Row("idle connection", idle_memory, once=True),
    Row("slow reader", slow_reader, once=True),
    Row("one session is flooded", flooded),
    Row("ssh true, instructions", functools.partial(counts.instructions, cipher=AES), once=True, ways=("counted",)),
    Row("route look-up", counts.look_up, ways=("10,000 sections", "1,000 patterns", "100,000 files")),
    Row("unit", counts.unit_overhead, once=True, ways=("bare", "shipped", "strict")),
    *(Row(f"jail: sftp {verb}, one big file", functools.partial(sftp_big, verb=verb), ways=("proxy", "inside")) for verb in ("put", "get")),
    *(Row(f"jail: sftp {verb}, files of 4 KiB", functools.partial(sftp_many, verb=verb), ways=("follow", "inside")) for verb in ("put", "get")),
    Row("jail: sftp with 256 READs of 256 KiB", outstanding_reads, once=True, ways=("proxy", "inside")),
    *(Row(f"login answers: {name}", measure, waits=waits, ways=("known", "keyed", "stranger")) for name, measure, waits in (
        ("wrong password", logins.wrong_password, True), ("keyboard-interactive", logins.keyboard_interactive, True),
        ("public key shown", functools.partial(logins.public_key, signed=False), False),
        ("public key signed", functools.partial(logins.public_key, signed=True), False))),
    *(Row(f"login answers, keys in a file: {name}", measure, ways=("filed", "stranger there")) for name, measure in (
        ("methods asked for", logins.methods_asked), ("public key shown", functools.partial(logins.public_key, signed=False)))),
    *(Row(f"login answers, 5,000 patterns and 1 MiB of keys: {name}", measure, ways=("exact of many", "last7 of many", "stranger of many")) for name, measure in (
        ("methods asked for", logins.methods_asked), ("public key shown", functools.partial(logins.public_key, signed=False)))),
)
