"""Runs inside the booted systemd: opens so many connections to the socket, holds them idle, then keeps all of them busy. Prints JSON.
usage: held.py NUMBER [PORT]     2222 is the socket's"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

HANDLER = "/usr/libexec/pysshrp/pysshrp-handler"
BUSY_MIB = 256  # of all connections together
ASKPASS = pathlib.Path("/run/askpass")
SSH = ["ssh", "-T", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "KexAlgorithms=curve25519-sha256",
       "-o", "Ciphers=aes128-gcm@openssh.com", "-o", "PreferredAuthentications=password", "-p", sys.argv[2] if len(sys.argv) > 2 else "2222", "demo@127.0.0.1"]


def hold(stack, size):
    command = f"echo ready; read -r go; exec head -c {size} /dev/zero"
    session = stack.enter_context(subprocess.Popen([*SSH, command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                                   env={**os.environ, "SSH_ASKPASS": str(ASKPASS), "SSH_ASKPASS_REQUIRE": "force"}))
    if session.stdout.read(6) != b"ready\n":
        raise SystemExit("held.py: a connection was not made")
    return session


def handlers():
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "exe") == HANDLER:
                yield process


def total(file, field):
    """KiB of all handlers."""
    return sum(int(line.split()[1]) for process in handlers() for line in (process / file).read_text().splitlines() if line.startswith(field))


def cpu():
    """Seconds of all handlers."""
    return sum(sum(int(field) for field in (process / "stat").read_text().rpartition(")")[2].split()[11:13]) for process in handlers()) / os.sysconf("SC_CLK_TCK")


def swallow(session, size):
    session.stdin.write(b"go\n")
    while size > 0:
        got = len(session.stdout.read(1 << 16))
        if got == 0:
            raise SystemExit("held.py: a session ended early")
        size -= got


def main():
    number = int(sys.argv[1])
    size = (BUSY_MIB << 20) // number
    ASKPASS.write_text("#!/bin/sh\ncat /opt/t/up/password\n")
    ASKPASS.chmod(0o755)
    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(number) as pool:
        with concurrent.futures.ThreadPoolExecutor(4) as few:
            sessions = list(few.map(lambda _: hold(stack, size), range(number)))
        found = {"KiB of PSS each, idle": total("smaps_rollup", "Pss:") / number}  # 0 without handlers
        before, start = cpu(), time.perf_counter()
        time.sleep(2)
        found["percent of a processor, all idle"] = 100 * (cpu() - before) / (time.perf_counter() - start)
        before, start = cpu(), time.perf_counter()
        busy = [pool.submit(swallow, session, size) for session in sessions]
        concurrent.futures.wait(busy)
        found["MiB/s, all busy"] = BUSY_MIB / (time.perf_counter() - start)
        for one in busy:
            one.result()
        for session in sessions:
            session.stdin.close()
    print(json.dumps(found))


main()
