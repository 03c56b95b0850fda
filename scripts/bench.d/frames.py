"""SFTP frames, for what the sftp program does not do: reading with many requests on their way."""
import struct

from ways import Trouble

INIT, OPEN, READ = 1, 3, 5
HANDLE, DATA = 102, 103
FOR_READING = 1


def frame(kind, body):
    return struct.pack(">IB", 1 + len(body), kind) + body


def init():
    return frame(INIT, struct.pack(">I", 3))


def open_file(path):
    return frame(OPEN, struct.pack(">I", 0) + _string(path.encode()) + struct.pack(">II", FOR_READING, 0))


def reads(handle, size, count):
    """READs one behind the other through the file, each under its own id."""
    return b"".join(frame(READ, struct.pack(">I", number) + _string(handle) + struct.pack(">QI", number * size, size)) for number in range(count))


def receive(pipe, expected=None):
    """The body of the next frame behind its id, or version."""
    size = int.from_bytes(_exactly(pipe, 4), "big")
    kind, body = _exactly(pipe, 1)[0], _exactly(pipe, size - 1)
    if expected and kind != expected:
        raise Trouble(f"sftp: an answer of type {kind} instead of {expected}")
    return body[4:]


def string_in(body):
    return body[4:4 + int.from_bytes(body[:4], "big")]


def _string(value):
    return struct.pack(">I", len(value)) + value


def _exactly(pipe, size):
    got = b""
    while len(got) < size:
        some = pipe.read(size - len(got))
        if not some:
            raise Trouble("sftp: the session has ended")
        got += some
    return got
