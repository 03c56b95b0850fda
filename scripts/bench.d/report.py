"""The machine, the table and the numbers behind it."""
import ctypes
import math
import os
import platform
import statistics
import subprocess
import time

from ways import Trouble

WIDTHS = (28, 28, 20)  # of the row's name with its quantity, of one way, of a ratio


def describe_machine(handler):
    return {"date": time.strftime("%Y-%m-%d %H:%M:%S %z"), "cpu": _cpu_model(), "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release(), "openssh": _openssh_version(), "libssh": _libssh_version(),
            "handler": str(handler), "version": _version_of(handler), "load_average": os.getloadavg()[0]}


def machine_text(machine, options, amounts):
    return (f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, load {machine['load_average']:.2f} at the start\n"
            f"{machine['openssh']}; libssh {machine['libssh']}\n{machine['handler']}: {machine['version']}\n"
            f"{options.rounds} rounds of: {', '.join(f'{name} {value}' for name, value in amounts._asdict().items())}\n")


def summarise(row, samples):
    """One entry per quantity of a row: samples, median, min and max of every way, each way's ratio to the first, and between
    what that ratio was in single rounds."""
    first, lines = next(iter(samples)), []
    for quantity, unit in samples[first]:
        ways = {name: _spread(of[quantity, unit]) for name, of in samples.items()}
        ratios = {name: way["median"] / (ways[first]["median"] or math.nan) for name, way in ways.items() if name != first}
        spreads = {name: _ratio_spread(ways[name]["samples"], ways[first]["samples"]) for name in ratios}
        lines.append({"row": row, "quantity": quantity, "unit": unit, "ways": ways, "ratios": ratios, "ratio_spreads": spreads})
    return lines


def _ratio_spread(samples, first):
    ratios = [one / (other or math.nan) for one, other in zip(samples, first)]
    return [min(ratios), max(ratios)]


def without_nan(value):
    """For JSON, which has none."""
    if isinstance(value, dict):
        return {key: without_nan(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def heading(names):
    first, *others = names
    cells = [f"{name} (min-max)".rjust(WIDTHS[1]) for name in names]
    return " ".join(["".ljust(WIDTHS[0]), *cells, *(f"{name}/{first}".rjust(WIDTHS[2]) for name in others)])


def table_text(lines):
    title = lines[0]["row"]
    return "\n".join([title, *(_line_text(line) for line in lines)])


def _line_text(line):
    cells = [_cell(way).rjust(WIDTHS[1]) for way in line["ways"].values()]
    ratios = [_ratio(line, name).rjust(WIDTHS[2]) for name in line["ratios"]]
    return " ".join([f"  {line['quantity']}, {line['unit']}".ljust(WIDTHS[0]), *cells, *ratios])


def _ratio(line, name):
    ratio, (least, most) = line["ratios"][name], line["ratio_spreads"][name]
    spread = f" ({least:.2f}-{most:.2f})" if len(line["ways"][name]["samples"]) > 1 else ""
    return "-" if math.isnan(ratio) else f"{ratio:.2f}{spread}"


def _cell(way):
    spread = f" ({figure(way['min'])}-{figure(way['max'])})" if len(way["samples"]) > 1 else ""
    return figure(way["median"]) + spread


def figure(value):
    """Three digits that matter, never an exponent."""
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _spread(samples):
    return {"median": statistics.median(samples), "min": min(samples), "max": max(samples), "samples": samples}


def _cpu_model():
    with open("/proc/cpuinfo") as lines:
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _openssh_version():
    return subprocess.run(["ssh", "-V"], capture_output=True, text=True, timeout=10, check=True).stderr.strip()


def _version_of(handler):
    try:
        return subprocess.run([handler, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout.strip().replace("\n", ", ")
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(f"{handler} --version: {error}") from error


def _libssh_version():
    """Of the shared library; a handler may have another one linked in."""
    try:
        library = ctypes.CDLL("libssh.so.4")
    except OSError:
        return "not installed"
    library.ssh_version.restype = ctypes.c_char_p
    return library.ssh_version(0).decode()
