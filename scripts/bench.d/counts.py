"""Rows about the handler alone: what can be counted, or needs no client."""
import pathlib
import resource
import statistics
import subprocess

from machine import Machine
from ways import NotOffered, Trouble

VALGRIND = "/usr/bin/valgrind"
LOOK_UPS = 10  # in one sample
SECTION = "[server s{number}]\nuser = {user}\nupstream_host = 127.0.0.1\n\n"
UNITS = pathlib.Path(__file__).resolve().parents[2] / "units"
STARTS = 20  # of a unit


def callgrind(work):
    """What comes before the handler's path to have it counted into WORK."""
    counted = work / "counted"
    counted.mkdir(mode=0o777)
    counted.chmod(0o1777)
    return [VALGRIND, "-q", "--tool=callgrind", f"--callgrind-out-file={counted}/%p"]


def unfiltered(before):
    """What the handler is told behind callgrind(), which knows no seccomp(2)."""
    return ["--allow-no-seccomp"] if VALGRIND in before else []


def instructions(way, _amounts, cipher, work=None):
    """Of the handler that serves the way, which has been started with callgrind(work), or with that of the way's world."""
    if not pathlib.Path(VALGRIND).exists():
        raise NotOffered("valgrind is not installed")
    with way.ssh("true", cipher):
        pass
    way.front(cipher).cpu()  # comes when the server has ended
    counted = list(((work or way.world.work) / "counted").iterdir())
    total = next(line for line in counted[0].read_text().splitlines() if line.startswith("totals:"))
    for file in counted:
        file.unlink()
    return {("whole process", "million"): int(total.split()[1]) / 1e6}


class Catalogue:
    """A configuration with many routes. Made when it is first used: a hundred thousand files take a while."""

    def __init__(self, name, handler, work, plain=None, sections=1, patterns=0, files=0):
        self.name, self.handler, self.plain = name, handler, plain  # what its cost is compared with
        self.work, self._counts, self._made = work / name.replace(" ", "_"), (sections, patterns, files), False

    def argv(self):
        if not self._made:
            self._made = True
            _make_catalogue(self.work, *self._counts)
        return [str(self.handler), "--config", str(self.work / "pysshrp.ini"), "--explain", self.user()]

    def user(self):
        """The one who is found last."""
        sections, patterns, files = self._counts
        return f"f{files - 1}" if files else f"p{patterns - 1}x" if patterns else f"u{sections - 1}"


def _make_catalogue(work, sections, patterns, files):
    work.mkdir()
    text = f"[pysshrp]\nroutes_dir = {work}/routes\n" if files else "[pysshrp]\n"
    text += "".join(SECTION.format(number=number, user=f"u{number}") for number in range(sections))
    text += "".join(SECTION.format(number=f"p{number}", user=rf"^p{number}(?P<rest>\w+)$") for number in range(patterns))
    (work / "pysshrp.ini").write_text(text)
    if files:
        (work / "routes").mkdir()
    for number in range(files):
        (work / "routes" / f"f{number}.ini").write_text(f"[server f{number}]\nupstream_host = 127.0.0.1\n")


def look_up(catalogue, _amounts):
    """CPU of one `--explain` above that in the plain catalogue, which takes turns with it."""
    spent = {catalogue: 0.0, catalogue.plain: 0.0}
    for _ in range(LOOK_UPS):
        for one in spent:
            before = _children_cpu()
            done = subprocess.run(one.argv(), capture_output=True, text=True, timeout=60, check=False)
            if done.returncode != 0:
                raise Trouble(f"--explain {one.user()}: {done.stdout.strip() or done.stderr.strip()}")
            spent[one] += _children_cpu() - before
    return {("CPU above that of 1", "ms"): 1e3 * (spent[catalogue] - spent[catalogue.plain]) / LOOK_UPS}


def _children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def unit_environment():
    """What the shipped service sets for the handler."""
    lines = (UNITS / "pysshrp@.service").read_text().splitlines()
    return dict(line.removeprefix("Environment=").split("=", 1) for line in lines if line.startswith("Environment="))


class Unit:
    """The shipped service with or without what it says about its sandbox. `drop_ins` are files that come on top."""

    def __init__(self, name, machine, service=None, drop_ins=()):
        self.name, self.machine, self.service, self.drop_ins = name, machine, service, drop_ins


def _make_units(place, units):
    program = place / "root/usr/libexec/pysshrp/probe"
    program.parent.mkdir(parents=True)
    program.write_bytes(pathlib.Path("/bin/true").read_bytes())  # where the strict unit lets a program run
    program.chmod(0o755)
    for unit in units:
        _make_unit(place / f"{unit.name}@.service", unit)


def _make_unit(file, unit):
    text = unit.service.read_text() if unit.service else "[Service]\n"
    file.write_text(text)
    folder = file.with_name(file.name + ".d")
    folder.mkdir()
    for number, drop_in in enumerate(unit.drop_ins):
        (folder / f"{number}.conf").write_text(drop_in.read_text())
    (folder / "z.conf").write_text("[Unit]\nRefuseManualStart=no\n[Service]\nType=oneshot\nRemainAfterExit=yes\nCPUAccounting=yes\nUser=nobody\nStandardInput=null\n"
                                   "Slice=system.slice\nExecStart=\nExecStart=/usr/libexec/pysshrp/probe\n")


def unit_overhead(unit, _amounts):
    """CPU in the unit's control group: systemd's part of the new process, and the start of true(1), the same for all."""
    spent = []
    for number in range(STARTS):
        instance = f"{unit.name}@{number}.service"
        unit.machine.run("systemctl", "start", instance)
        spent.append(int(unit.machine.run("systemctl", "show", "-P", "CPUUsageNSec", instance)) / 1e6)
        unit.machine.run("systemctl", "stop", instance)
    return {("CPU until true has run", "ms"): statistics.median(spent)}


def ways(stack, handler, work):
    """What the rows of this file take turns with, by name."""
    booted = Machine(stack, work / "units")
    units = (Unit("bare", booted), Unit("shipped", booted, UNITS / "pysshrp@.service"),
             Unit("strict", booted, UNITS / "pysshrp@.service", (UNITS / "strict.conf.sample",)))
    _make_units(work / "units", units)
    plain = Catalogue("1 section", handler, work)
    catalogues = (Catalogue("10,000 sections", handler, work, plain, sections=10_000), Catalogue("1,000 patterns", handler, work, plain, patterns=1_000),
                  Catalogue("100,000 files", handler, work, plain, files=100_000))
    return {way.name: way for way in (*units, *catalogues)}
