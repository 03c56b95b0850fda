"""What grows with what: the set-up with the number of routes, memory and speed with the number of connections under the real units."""
import json
import pathlib
import shutil
import subprocess
import tempfile

import counts
import machine
from listener import Listener
from rows import AES
from ways import Way

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ROUTES = {"[server] sections": (1, 100, 10_000), "patterns": (1, 100, 10_000), "files in routes_dir": (1, 100, 10_000, 100_000)}
BUSY, DIRECT = "MiB/s, all busy", "MiB/s, all busy without the proxy"
CONNECTIONS = (1, 10, 50, 100, 200, 500)
SERVER = "[server x{number}]\nuser = {user}\nupstream_host = 127.0.0.1\n\n"


def measure(stack, taken, handler, say):
    """{what: [{"n": ..., figure: ...}, ...]}"""
    found = {}
    for kind, numbers in ROUTES.items():
        for number in numbers:
            say(f"{number} {kind}")
            found.setdefault(kind, []).append({"n": number, "million instructions": _set_up(stack, taken["proxy"], handler, kind, number)})
    with tempfile.TemporaryDirectory(prefix="pysshrp-growth-") as place:
        found["connections"] = _connections(stack, pathlib.Path(place), handler, say)
    return found


def _set_up(stack, proxy, handler, kind, number):
    """Millions of instructions of the handler for a connection that finds its route last."""
    work = proxy.world.work / "growth"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    config = work / "pysshrp.ini"
    config.write_text(_catalogue(work, (proxy.world.work / f"proxy.{AES}.ini").read_text(), proxy.world.account, kind, number))
    before = counts.callgrind(work)
    listener = Listener([*before, str(handler), *counts.unfiltered(before), "--config", str(config)], work / "log", "nobody")
    stack.callback(listener.close)
    way = Way("growth", "proxy", {AES: listener}, proxy.world, options=("-o", f"Port={listener.port}"))
    return counts.instructions(way, None, AES, work)[("whole process", "million")]


def _catalogue(work, text, account, kind, number):
    head, _, rest = text.partition("[server bench]")
    bench, _, rest = rest.partition("[server ")  # the sections of the jails are of no use here
    if kind == "[server] sections":
        return head + "".join(SERVER.format(number=one, user=f"x{one}") for one in range(number - 1)) + "[server bench]" + bench
    if kind == "patterns":
        others = "".join(SERVER.format(number=one, user=rf"^x{one}(?P<rest>\w+)$") for one in range(number - 1))
        return head + others + "[server bench]" + bench.replace(f"user = {account}", f"user = ^{account}$")
    routes = work / "routes"
    routes.mkdir()
    for one in range(number - 1):
        (routes / f"x{one}.ini").write_text(f"[server x{one}]\nupstream_host = 127.0.0.1\n")
    (routes / f"{account}.ini").write_text("[server bench]" + bench.replace(f"user = {account}\n", ""))
    return head + f"routes_dir = {routes}\n"


def _connections(stack, place, handler, say):
    """Held and busy connections to the socket of the shipped units, in a systemd that is booted for it."""
    units, shared = place / "units", place / "shared"
    _furnish(units, shared, handler)
    booted = machine.Machine(stack, units, shared)
    booted.run("systemctl", "start", "upstream.service")
    found = []
    for number in CONNECTIONS:
        say(f"{number} connections")
        proxy, direct = (json.loads(booted.run("/usr/bin/python3", "/opt/t/held.py", str(number), port, limit=400)) for port in ("2222", "2022"))
        found.append({"n": number, **proxy, DIRECT: direct[BUSY]})
    return found


def _furnish(units, shared, handler):
    etc, libexec = units / "root/etc/pysshrp", units / "root/usr/libexec/pysshrp"
    for folder in (etc, libexec, units / "root/usr/lib/sysusers.d", units / "pysshrp.socket.d", shared):
        folder.mkdir(parents=True)
    for unit in ("pysshrp.socket", "pysshrp@.service", "pysshrp.slice"):
        shutil.copy(SOURCE / "units" / unit, units)
    shutil.copy(SOURCE / "units/pysshrp.sysusers.conf", units / "root/usr/lib/sysusers.d/pysshrp.conf")
    (units / "pysshrp.socket.d/many.conf").write_text("[Socket]\nMaxConnections=1000\nMaxConnectionsPerSource=1000\n")
    shutil.copy(handler, libexec / "pysshrp-handler")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", etc / "ssh_host_ed25519_key"], check=True)
    (etc / "pysshrp.ini").write_text("[server main]\nuser = demo\nupstream_host = 127.0.0.1\nupstream_port = 2022\n")
    (units / "upstream.service").write_text("[Service]\nExecStart=/opt/t/upstream /opt/t/up 2022\nExecStartPost=/bin/bash -c "
                                            "'until grep -qs \"^Server listening\" /opt/t/up/sshd.log; do sleep 0.1; done; "
                                            "cp /opt/t/up/known_hosts /etc/pysshrp; chgrp -R pysshrp /etc/pysshrp; chmod 640 /etc/pysshrp/*; systemctl start pysshrp.socket'\n")
    shutil.copy(SOURCE / "scripts/upstream", shared)
    shutil.copy(pathlib.Path(__file__).with_name("held.py"), shared)


def table(found):
    """For a README, in Markdown."""
    lines = []
    for kind, points in found.items():
        figures = [name for name in points[0] if name != "n"]
        lines += [f"| {kind} | {' | '.join(figures)} |", f"|{'---|' * (1 + len(figures))}"]
        lines += [f"| {point['n']:,} | {' | '.join(f'{point[name]:.1f}' for name in figures)} |" for point in points] + [""]
    return "\n".join(lines)


def plot(found, folder):
    """One picture for each figure: routes.svg, connections-FIGURE.svg and the same as PNG."""
    import matplotlib  # only here: nothing else needs it
    matplotlib.use("Agg")
    from matplotlib import pyplot
    routes = {kind: points for kind, points in found.items() if kind != "connections"}
    _picture(pyplot, folder / "routes", routes, "million instructions", "routes", logarithmic=True)
    connections = found["connections"]
    for figure in [name for name in connections[0] if name not in ("n", DIRECT)]:
        name = "connections-" + figure.split(",")[0].replace(" ", "-").replace("/", "-")
        beside = {"without the proxy": [{"n": point["n"], BUSY: point[DIRECT]} for point in connections]} if figure == BUSY else {}
        _picture(pyplot, folder / name, {"through the proxy": connections, **beside}, figure, "connections", logarithmic=False)


def _picture(pyplot, file, series, figure, axis, logarithmic):
    picture, axes = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    for name, points in series.items():
        axes.plot([point["n"] for point in points], [point[figure] for point in points], marker="o", label=name)
    if logarithmic:
        axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(axis)
    axes.set_ylabel(figure)
    if len(series) > 1:
        axes.legend()
    for suffix in ("svg", "png"):
        picture.savefig(file.with_suffix("." + suffix))
    pyplot.close(picture)
