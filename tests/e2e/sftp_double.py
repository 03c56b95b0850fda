#!/usr/bin/python3
"""An SFTP server that is not OpenSSH's, for the upstream's `Subsystem sftp`: it reads files and folders, and its REALPATH only tidies the
text of a path, as that of some servers does. A role does one thing wrong besides.

usage: sftp_double.py ROLE [WHEN]    lexical: nothing; mute, version6: to INIT; a name of FAULTS: to what WHEN says, any REALPATH if nothing
                                     root-known: each request after the root's REALPATH; transfer: each READ behind the first MiB
"""
import itertools
import os
import struct
import sys

INIT, VERSION, OPEN, CLOSE, READ, LSTAT, OPENDIR, READDIR, REALPATH, STAT = 1, 2, 3, 4, 5, 7, 11, 12, 16, 17
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105
EOF, NO_SUCH_FILE, FAILURE, UNSUPPORTED = 1, 2, 4, 8
OK = 0
WITH_SIZE_AND_MODE = 5

handles, numbers = {}, itertools.count()


def u32(*values):
    return struct.pack(f">{len(values)}I", *values)


def string(value):
    return u32(len(value)) + value


def status(code):
    return STATUS, u32(code) + string(os.getcwdb()) + string(b"")  # a text that the client is not to see


def attributes(of):
    return u32(WITH_SIZE_AND_MODE) + struct.pack(">Q", of.st_size) + u32(of.st_mode)


def keep(what):
    handle = b"%d" % next(numbers)
    handles[handle] = what
    return HANDLE, string(handle)


def tidy(path, _):
    path = os.path.normpath(os.path.join(os.getcwdb(), path))
    return NAME, u32(1) + string(path) + string(path) + u32(0)


def read_file(handle, rest):
    offset, length = struct.unpack(">QI", rest)
    data = os.pread(handles[handle].fileno(), length, offset)
    return (DATA, string(data)) if data else status(EOF)


def list_folder(handle, _):
    entries, handles[handle] = handles[handle], []
    names = [string(entry.name) * 2 + attributes(entry.stat(follow_symlinks=False)) for entry in entries]
    return (NAME, u32(len(names)) + b"".join(names)) if names else status(EOF)


def forget(handle, _):
    del handles[handle]
    return status(OK)


ANSWERS = {
    OPEN: lambda path, _: keep(open(path, "rb")),
    OPENDIR: lambda path, _: keep(list(os.scandir(path))),
    CLOSE: forget,
    READ: read_file,
    READDIR: list_folder,
    REALPATH: tidy,
    STAT: lambda path, _: (ATTRS, attributes(os.stat(path))),
    LSTAT: lambda path, _: (ATTRS, attributes(os.lstat(path))),
}


def answer(kind, body):
    """(type, body behind the id)"""
    size = int.from_bytes(body[:4], "big")
    try:
        return ANSWERS[kind](body[4:4 + size], body[4 + size:]) if kind in ANSWERS else status(UNSUPPORTED)
    except FileNotFoundError:
        return status(NO_SUCH_FILE)
    except (OSError, KeyError):
        return status(FAILURE)


def frame(kind, body):
    return u32(1 + len(body)) + bytes([kind]) + body


FAULTS = {  # what goes out for a request with this id
    "failing": lambda number: frame(STATUS, number + status(FAILURE)[1]),
    "garbage": lambda _: b"\xff" * 64,
    "silent": lambda _: b"",
    "unknown-id": lambda _: frame(STATUS, u32(0xdeadbeef) + status(FAILURE)[1]),
    "wrong-type": lambda number: frame(HANDLE, number + string(b"/")),
    "half-typed": lambda number: frame(NAME, number + u32(1) + u32(1000) + b"/"),
    "too-long": lambda number: frame(ATTRS, number + u32(0) + b"/" * 300000),
    "too-much": lambda number: frame(DATA, number + string(b"/" * 300000)),
    "dying": lambda _: sys.exit(1),
}
asked = []


def goes_wrong(when, kind, body):
    if when == "transfer":
        return kind == READ and struct.unpack(">QI", body[-12:])[0] >= 1 << 20
    return kind == REALPATH if when is None else len(asked) > 2  # the filter asks for its proof and for the root first


def reply(role, when, kind, body):
    """What goes out for a request."""
    if kind == INIT:
        return b"" if role == "mute" else frame(VERSION, u32(6 if role == "version6" else 3))
    asked.append(kind)
    if role in FAULTS and goes_wrong(when, kind, body):
        return FAULTS[role](body[:4])
    answered, rest = answer(kind, body[4:])
    return frame(answered, body[:4] + rest)


def main():
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(5):
        size = int.from_bytes(head[:4], "big")
        replies.write(reply(sys.argv[1], *sys.argv[2:3] or [None], head[4], requests.read(size - 1)))
        replies.flush()


main()
