"""What distance costs, and what the proxy gives back: the proxy near the client, near the upstream and half-way, beside a direct connection over the same total distance."""
import collections
import contextlib
import functools
import math
import os
import pathlib
import re
import statistics
import subprocess
import time
from subprocess import PIPE

import counts
import lab
import relay
import report
import rows
from listener import Listener
from rows import AES, MIB
from ways import NotOffered, Trouble, Way

# Where the distance is: the parts of it on the client's leg and on the upstream's.
PLACES = {"client's leg": (1, 0), "upstream's leg": (0, 1), "half on each": (0.5, 0.5)}
DIRECT = "direct"
RATE = 100_000_000 // 8  # bytes per second, where there is a limit
ENOUGH = 500  # MB/s that the relay is to pass
PSFTP = "/usr/bin/psftp"
VARIABLES = [f"BENCH_{number}" for number in range(5)]
TRIPS_AT = (60, 160)  # ms, the two distances that tell the number of round trips: so far that no computing takes longer than a trip
FLOOD = 1  # second in which a bulk upload fills the queues

# round_trips: ms. limited: of those, where it is measured with a rate as well. seconds: of a bulk transfer, as long as direct would take;
# bulk_mib: at most that. file_mib: of the one file. files: at most so many small ones.
Amounts = collections.namedtuple("Amounts", "round_trips limited seconds bulk_mib limited_mib file_mib files echo_seconds connections")
FULL = Amounts(round_trips=(1, 10, 50, 100, 200), limited=(50, 100), seconds=4, bulk_mib=1024, limited_mib=38, file_mib=64, files=200,
               echo_seconds=4, connections=3)
QUICK = Amounts(round_trips=(50,), limited=(50,), seconds=2, bulk_mib=192, limited_mib=24, file_mib=16, files=15, echo_seconds=2, connections=1)

Link = collections.namedtuple("Link", "round_trip rate")  # ms, bytes per second or 0
Measurement = collections.namedtuple("Measurement", "name measure")  # from a way, its Link and Plan to {(quantity, unit): value}


class Plan:
    """How much is carried over a link: what lasts some seconds there."""

    def __init__(self, amounts, link):
        self.amounts, self.link, self.bulk = amounts, link, {}
        far = min(1, 100 / link.round_trip)  # beyond 100 ms everything that waits for answers gets smaller
        self.file_mib = max(8, round(far * min(amounts.file_mib, amounts.limited_mib if link.rate else math.inf)))
        self.files = max(5, min(amounts.files, round(1500 / link.round_trip)))

    def bulk_size(self, way, send):
        """Bytes for `send`, the same for every way: the first one, direct, is asked how fast it is."""
        if send not in self.bulk:
            limit = self.amounts.limited_mib if self.link.rate else self.amounts.bulk_mib
            first = min(limit, 16) * MIB
            rate = first / send(way, first, AES)[0]
            self.bulk[send] = round(min(limit * MIB, max(4 * MIB, rate * self.amounts.seconds))) >> 16 << 16
        return self.bulk[send]


def bulk(way, plan, send):
    size = plan.bulk_size(way, send)
    return {("rate", "MB/s"): size / 1e6 / send(way, size, AES)[0]}


def sftp_file(way, plan, verb):
    size = plan.file_mib * MIB
    return {("rate", "MB/s"): size / 1e6 / rows.sftp_seconds(way, verb, f"{plan.file_mib}m", size)}


def sftp_files(way, plan, verb):
    return {("rate", "files/s"): plan.files / rows.sftp_seconds(way, verb, f"{plan.files}x", plan.files * 4096)}


def psftp_file(way, plan, verb):
    if not os.access(PSFTP, os.X_OK):
        raise NotOffered("putty-tools is not installed: scripts/packages bench")
    size = plan.file_mib * MIB
    source = way.world.source / f"{plan.file_mib}m"
    arrived = (way.world.home if verb == "put" else way.world.received) / "one"
    with way.psftp(stdin=PIPE, stdout=PIPE) as session:
        seconds = rows.seconds_of(session, f"{verb} {source} {arrived}", b"Remote directory is")
    rows.remove_arrived(arrived, size)
    return {("rate", "MB/s"): size / 1e6 / seconds}


def echo_beside_bulk(way, plan):
    """A byte's way there and back in a channel, while another one of the same connection carries as much as it can."""
    with way.master(AES) as options, _upload(way, options), way.ssh_in(options, "cat", stdin=PIPE, stdout=PIPE) as session:
        time.sleep(FLOOD)
        session.say(b"x")
        session.expect(b"x")
        trips, until = [], time.perf_counter() + plan.amounts.echo_seconds
        while time.perf_counter() < until:
            start = time.perf_counter()
            session.say(b"x")
            session.expect(b"x")
            trips.append(1e3 * (time.perf_counter() - start))
            time.sleep(0.002)
    percentiles = statistics.quantiles(trips, n=20) if len(trips) > 1 else trips * 19
    return {("p50", "ms"): statistics.median(trips), ("p95", "ms"): percentiles[18]}


@contextlib.contextmanager
def _upload(way, options):
    argv = ["ssh", "-T", *options, "exec cat > /dev/null"]
    with open("/dev/zero", "rb") as zeros, subprocess.Popen(argv, stdin=zeros, stdout=subprocess.DEVNULL, stderr=way.world.client_log,
                                                           env=way.world.environment) as process:
        try:
            yield
        finally:
            process.kill()


def true(way, plan):
    return {("wall", "ms"): statistics.median(_wall(way.ssh, "true", AES) for _ in range(plan.amounts.connections))}


def _wall(session, *arguments, **pipes):
    """ms from the start of a client to its end."""
    start = time.perf_counter()
    with session(*arguments, **pipes) as running:
        if running.process.stdin:
            running.say(b"pwd\nquit\n")
    return 1e3 * (time.perf_counter() - start)


MEASUREMENTS = (
    Measurement("ssh true", true),
    *(Measurement(f"bulk {direction}", functools.partial(bulk, send=send)) for direction, send in (("up", rows.send_up), ("down", rows.send_down))),
    *(Measurement(f"sftp {verb}, one big file", functools.partial(sftp_file, verb=verb)) for verb in ("put", "get")),
    *(Measurement(f"psftp {verb}, one big file", functools.partial(psftp_file, verb=verb)) for verb in ("put", "get")),
    *(Measurement(f"sftp {verb}, files of 4 KiB", functools.partial(sftp_files, verb=verb)) for verb in ("put", "get")),
    Measurement("1-byte echo beside an upload", echo_beside_bulk),
)

# What a client does whose round trips are counted: from a way to the ms that it has lasted.
ERRANDS = {
    "ssh true": lambda way: _wall(way.ssh, "true", AES),
    "ssh -tt with five variables": lambda way: _wall(way.terminal, "true", AES),
    "sftp, pwd, quit": lambda way: _wall(way.sftp, AES, stdin=PIPE),
}


class FarWay(Way):
    """A way with what is measured only here. `fingerprint` is of the host key that it meets, `port` where."""

    def __init__(self, name, host, front, world, port, fingerprint):
        super().__init__(name, host, {AES: front}, world)
        self._port, self._fingerprint = port, fingerprint

    def terminal(self, command, cipher):
        sent = [argument for name in VARIABLES for argument in ("-o", f"SendEnv={name}")]
        return self._session(["ssh", "-tt", "-F", self.world.ssh_config(cipher), *sent, self._host, command])

    def psftp(self, **pipes):
        return self._session([PSFTP, "-batch", "-P", str(self._port), "-l", self.world.account, "-pwfile", str(self.world.work / "password"),
                              "-hostkey", self._fingerprint, "127.0.0.1"], **pipes)


class Field:
    """Where the distances are put up, one after the other. `taken` are lab.build's ways, `handler` the program in their world."""

    def __init__(self, stack, taken, handler):
        self.world, self._handler = taken["proxy"].world, handler
        work = self.world.work
        self.relay = relay.compile_into(work)
        self._near = taken["proxy"].front(AES)
        self._config = (work / f"proxy.{AES}.ini").read_text()
        self._behind = int(re.search(r"^upstream_port = (\d+)$", self._config, re.MULTILINE)[1])
        self._ssh_config = pathlib.Path(self.world.ssh_config(AES)).read_text()
        # psftp chooses among what it is offered; its choice is to be the same everywhere.
        sshd = ["/usr/sbin/sshd", "-i", "-e", "-f", str(work / "sshd_config"), "-o", f"Ciphers={AES}"]
        self._direct = Listener(sshd, work / "far_direct.log")
        stack.callback(self._direct.close)
        (work / "password").touch(mode=0o600)
        (work / "password").write_text(self.world.environment["BENCH_PASSWORD"] + "\n")
        self.world.environment.update(dict.fromkeys(VARIABLES, "value"))

    def ways(self, stack, link, places):
        """Direct and the places over the link; they last until `stack` is closed."""
        ends = {DIRECT: (self._direct, self._relay(stack, self._direct.port, link))}
        for place in places:
            client, upstream = (link._replace(round_trip=part * link.round_trip) for part in PLACES[place])
            front = self._proxy(stack, upstream) if upstream.round_trip else self._near
            ends[place] = (front, self._relay(stack, front.port, client) if client.round_trip else front.port)
        hosts = "".join(f"Host far{number}\n  Port {port}\n" + ("  HostKeyAlias proxy\n" if name != DIRECT else "")
                        for number, (name, (_, port)) in enumerate(ends.items()))
        pathlib.Path(self.world.ssh_config(AES)).write_text(hosts + self._ssh_config)
        keys = {name: lab.fingerprint(self.world.work / f"{'sshd' if name == DIRECT else 'proxy'}_key.pub") for name in ends}
        return [FarWay(name, f"far{number}", front, self.world, port, keys[name]) for number, (name, (front, port)) in enumerate(ends.items())]

    def _relay(self, stack, to_port, link):
        """Its port."""
        started = relay.Relay(self.relay, to_port, link.round_trip, link.rate)
        stack.callback(started.close)
        return started.port

    def _proxy(self, stack, link):
        """A proxy whose upstream is behind the link."""
        port = self._relay(stack, self._behind, link)
        config = self.world.work / f"far.{port}.ini"
        config.write_text(self._config.replace(f"upstream_port = {self._behind}\n", f"upstream_port = {port}\n"))
        listener = Listener([str(self._handler), "--config", str(config)], self.world.work / "far_proxy.log", lab.HANDLER_USER, counts.unit_environment())
        stack.callback(listener.close)
        return listener


def relay_facts(program):
    """What the relay is capable of here, and in words."""
    rate, cpu = relay.rate(program)
    asked = 10  # ms
    took = relay.round_trip(program, asked)
    slow = "" if rate >= ENOUGH else f"\nless than {ENOUGH} MB/s: what should be faster than that is measured too low"
    text = f"the relay passes {rate:.0f} MB/s without a delay, and spends {cpu:.2f} CPU seconds on a GB; {asked} ms are {took:.2f} ms{slow}"
    return {"MB/s": rate, "CPU seconds per GB": cpu, "ms for 10 ms": took}, text


def measure(field, amounts, chosen, rounds, say, tell):
    """[{"round_trip": ms, "rate": bytes per second, "rows": report.summarise's entries, "failures": [text]}]. `tell` gets each row's text."""
    wanted = [row for row in MEASUREMENTS if chosen in row.name]
    links = [Link(one, 0) for one in amounts.round_trips] + [Link(one, RATE) for one in amounts.limited]
    found = []
    for link in links if wanted else []:
        with contextlib.ExitStack() as stack:
            plan, taken = Plan(amounts, link), field.ways(stack, link, PLACES)
            _make_files(field.world.source, plan)
            tell(f"\n{link_text(link)}\n{report.heading([way.name for way in taken])}")
            found.append({**link._asdict(), "rows": [], "failures": []})
            for row in wanted:
                _row(row, taken, plan, rounds, say, tell, found[-1])
    return found


def link_text(link):
    return f"{link.round_trip:g} ms there and back" + (f", {link.rate * 8 / 1e6:.0f} Mbit/s with a queue of one bandwidth-delay product" if link.rate else "")


def _row(row, taken, plan, rounds, say, tell, found):
    """Adds to what is found of the link. A client that fails loses a sample, and is told of: the other ones go on."""
    samples = {way.name: {} for way in taken}
    for turn in range(rounds):
        for way in taken:
            say(f"{link_text(plan.link)}: {row.name}: {way.name}, round {turn + 1}")
            log = pathlib.Path(way.world.client_log.name)
            heard = log.stat().st_size
            try:
                for quantity, value in row.measure(way, plan).items():
                    samples[way.name].setdefault(quantity, []).append(value)
            except NotOffered as why:
                say("")
                tell(f"{row.name}\n  skipped: {why}")
                return
            except Trouble as trouble:
                said = log.read_bytes()[heard:].decode(errors="replace").split("\n")[0].strip()
                found["failures"].append(f"{row.name}: {way.name}, round {turn + 1}: {trouble}{': ' if said else ''}{said}")
                say("")
                tell(f"FAILED: {found['failures'][-1]}")
    say("")
    if all(samples.values()):
        lines = report.summarise(row.name, samples)
        tell(report.table_text(lines))
        found["rows"] += lines


def _make_files(source, plan):
    with open(source / f"{plan.file_mib}m", "wb") as file:
        file.truncate(plan.file_mib * MIB)
    folder = source / f"{plan.files}x"
    folder.mkdir(exist_ok=True)
    for number in range(plan.files):
        (folder / str(number)).write_bytes(bytes(4096))


def round_trips(field, chosen, rounds, say):
    """{errand: {way: how many}}: by how much longer it takes over a longer distance."""
    wanted = [name for name in ERRANDS if chosen in name]
    walls = {}
    for distance in TRIPS_AT if wanted else []:
        with contextlib.ExitStack() as stack:
            taken = field.ways(stack, Link(distance, 0), ("client's leg", "upstream's leg"))
            for _ in range(rounds):
                for name in wanted:
                    for way in taken:
                        say(f"round trips: {name}: {way.name}, {distance} ms")
                        walls.setdefault((name, way.name), {}).setdefault(distance, []).append(ERRANDS[name](way))
    say("")
    near, far = TRIPS_AT
    slope = {key: (statistics.median(of[far]) - statistics.median(of[near])) / (far - near) for key, of in walls.items()}
    return {name: {way: slope[name, way] for errand, way in slope if errand == name} for name in wanted}


def markdown(found, trips):
    """Medians, and in brackets what they are of direct's."""
    text = "".join(_link_markdown(link) for link in found if link["rows"])
    text += "".join(f"- {text}\n" for text in failures(found)) + "\n"
    if trips:
        ways = list(next(iter(trips.values())))
        text += f"| round trips | {' | '.join(ways)} |\n|{'---|' * (1 + len(ways))}\n"
        text += "".join(f"| {name} | {' | '.join(f'{of[way]:.1f}' for way in ways)} |\n" for name, of in trips.items())
    return text


def failures(found):
    return [f"{link_text(Link(link['round_trip'], link['rate']))}: {text}" for link in found for text in link["failures"]]


def _link_markdown(link):
    ways = list(link["rows"][0]["ways"])
    text = f"| {link_text(Link(link['round_trip'], link['rate']))} | {' | '.join(ways)} |\n|{'---|' * (1 + len(ways))}\n"
    for line in link["rows"]:
        cells = [report.figure(of["median"]) + (f" ({line['ratios'][name]:.2f})" if name in line["ratios"] else "") for name, of in line["ways"].items()]
        text += f"| {line['row']}: {line['quantity']}, {line['unit']} | {' | '.join(cells)} |\n"
    return text + "\n"


def trips_text(trips):
    """For the terminal."""
    if not trips:
        return ""
    ways = list(next(iter(trips.values())))
    head = "round trips".ljust(30) + "".join(way.rjust(18) for way in ways)
    return "\n".join(["", head, *("  " + name.ljust(28) + "".join(f"{of[way]:.1f}".rjust(18) for way in ways) for name, of in trips.items())])


def plot(found, folder):
    """distance.svg and distance.png: the rates up and down as part of direct's, over the round trip, one line for each place."""
    points = _points(found, ("bulk up", "bulk down"))
    shown = list(dict.fromkeys(row for row, _, _ in points))
    if not shown:
        return
    try:
        import matplotlib  # only here: nothing else needs it
    except ImportError:
        raise NotOffered("python3-matplotlib is not installed: scripts/packages bench") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot
    picture, panels = pyplot.subplots(1, len(shown), figsize=(3 + 4 * len(shown), 4), sharey=True, squeeze=False, layout="constrained")
    panels = panels[0]
    for axes, row in zip(panels, shown):
        _panel(axes, row, points)
    panels[0].set_ylim(bottom=0)  # of both, once both have their lines
    panels[0].set_ylabel("rate, of direct's over the same distance")
    panels[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    for suffix in ("svg", "png"):
        picture.savefig(folder / f"distance.{suffix}")


def _points(found, shown):
    """{(row, place, rate): [(round trip, ratio), ...]}"""
    points = {}
    for link in found:
        for line in link["rows"]:
            if line["row"] in shown:
                for place, ratio in line["ratios"].items():
                    points.setdefault((line["row"], place, link["rate"]), []).append((link["round_trip"], ratio))
    return points


def _panel(axes, row, points):
    distances = sorted({distance for of in points.values() for distance, _ in of})
    axes.axhline(1, color="0.6", linewidth=1)
    for number, place in enumerate(PLACES):
        for rate in sorted({rate for _, _, rate in points}):
            if (row, place, rate) in points:
                axes.plot(*zip(*sorted(points[row, place, rate])), color=f"C{number}", marker="s" if rate else "o", linestyle="--" if rate else "-",
                          label=place + (f", {rate * 8 / 1e6:.0f} Mbit/s" if rate else ""))
    axes.set_xscale("log")
    axes.set_xticks(distances, [f"{distance:g}" for distance in distances])
    axes.minorticks_off()
    axes.set_title(row)
    axes.set_xlabel("round trip, ms")
