#!/usr/bin/python3
"""The two ends of a forwarded connection, which check every byte between them.

usage: ends.py serve ADDRESS...         the far end, where a forward leads: a port of 127.0.0.1 or the path of a socket each; prints "listening".
                                        gone:PORT hangs up on whoever comes, reset:PORT does so rudely
       ends.py exchange ADDRESS SEED UP [DOWN]   sends UP bytes and its end while DOWN bytes come; only then the far end says what it has got
       ends.py swap ADDRESS SEED UP [DOWN]   the same without that end: OpenSSH's client ends X11 and the agent when the upstream does
       ends.py after ADDRESS SEED N     the far end ends first, and gets N bytes after that
       ends.py tail ADDRESS SEED N      the far end sends N bytes and is gone
       ends.py stopped ADDRESS SEED N FILE   the same, and reads nothing before FILE is there
       ends.py hold ADDRESS FILE        stays until FILE is there, and is still served then
       ends.py flood ADDRESS FILE       what comes without an end is not read before FILE is there
       ends.py many ADDRESS COUNT SEED N     COUNT connections: all open before the first of them exchanges N bytes
       ends.py ended ADDRESS            nothing comes but the end
An ADDRESS of a near end is a port, a path, socks:PORT:TARGET-PORT, x11:PORT:COOKIE or run:COMMAND. The near ends print "ok" or fail.
A + separates several of them, which follow one another.
"""
import os
import random
import selectors
import shlex
import socket
import struct
import subprocess
import sys
import threading
import time

PIECE = 256 * 1024
PERIOD = 1000003  # of the pattern: prime to every size of a buffer or a packet
BLOCK = random.Random(1).randbytes(PERIOD)
TWICE = BLOCK + BLOCK[:PIECE]
LIMIT = float(os.environ.get("LIMIT", "60")) * float(os.environ.get("PATIENCE", "1"))


class Pattern:
    """What is sent, and what must come."""

    def __init__(self, seed):
        self.at = seed * 7919

    def next(self, size):
        start = self.at % PERIOD
        self.at += size
        return TWICE[start:start + size]


def send(peer, seed, size):
    pattern = Pattern(seed)
    while size:
        piece = pattern.next(min(size, PIECE))
        peer.sendall(piece)
        size -= len(piece)


def expect(peer, seed, size):
    pattern = Pattern(seed)
    left = size
    while left:
        piece = peer.recv(min(left, PIECE))
        if not piece:
            raise AssertionError(f"the end after {size - left} of {size} bytes")
        if piece != pattern.next(len(piece)):
            raise AssertionError(f"a wrong byte within the {len(piece)} after {size - left}")
        left -= len(piece)


def expect_end(peer):
    piece = peer.recv(PIECE)
    if piece:
        raise AssertionError(f"{len(piece)} bytes too many: {piece[:40]}")


def exactly(peer, size):
    data = b""
    while len(data) < size:
        piece = peer.recv(size - len(data))
        if not piece:
            raise AssertionError("the end within a header")
        data += piece
    return data


def line(peer):
    text = b""
    while not text.endswith(b"\n"):
        text += exactly(peer, 1)
    return text.decode().split()


def both(one, other):
    """Runs both at once."""
    failures = []

    def run():
        try:
            one()
        except (OSError, AssertionError) as failure:
            failures.append(failure)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    other()
    thread.join()
    if failures:
        raise failures[0]


# The far end.

def skip_preambles(peer):
    """What ssh says by itself: the set-up of X11 with the real cookie, and session-bind@openssh.com to an agent."""
    while (first := peer.recv(1, socket.MSG_PEEK)) in (b"l", b"\0"):
        if first == b"l":
            header = exactly(peer, 12)
            name, data = int.from_bytes(header[6:8], "little"), int.from_bytes(header[8:10], "little")
            exactly(peer, -(-name // 4) * 4 + -(-data // 4) * 4)
        else:
            exactly(peer, int.from_bytes(exactly(peer, 4), "big"))
            peer.sendall(bytes([0, 0, 0, 1, 5]))  # SSH_AGENT_FAILURE


def far_exchange(peer, seed, up, down, with_end=True):
    verdict = ["ok"]

    def receive():
        try:
            expect(peer, seed, up)
            if with_end:
                expect_end(peer)
        except AssertionError as failure:
            verdict[0] = str(failure)
    both(receive, lambda: send(peer, seed + 1, down))
    peer.sendall(f"{verdict[0]}\n".encode())


def far_swap(peer, seed, up, down):
    far_exchange(peer, seed, up, down, with_end=False)


def far_after(peer, seed, size):
    peer.shutdown(socket.SHUT_WR)
    expect(peer, seed, size)
    expect_end(peer)


def far_tail(peer, seed, size):
    send(peer, seed, size)


def far_echo(peer):
    while piece := peer.recv(PIECE):
        peer.sendall(piece)


def far_flood(peer):
    while True:
        peer.sendall(bytes(PIECE))


FAR = {"exchange": far_exchange, "swap": far_swap, "after": far_after, "tail": far_tail, "echo": far_echo, "flood": far_flood}


def answer(peer):
    with peer:
        words = []
        try:
            skip_preambles(peer)
            words = line(peer)
            FAR[words[0]](peer, *map(int, words[1:]))
            print(*words, "ok", flush=True)
        except (OSError, AssertionError) as failure:
            print(*words, failure, flush=True)


def hang_up(peer):
    peer.close()


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def listener(address):
    if address.startswith("/"):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(address)
        os.chmod(address, 0o777)
    else:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", int(address)))
    listening.listen(1000)
    return listening


def serve(*addresses):
    with selectors.DefaultSelector() as ready:
        for address in addresses:
            manner, _, rest = address.rpartition(":")
            ready.register(listener(rest), selectors.EVENT_READ, {"gone": hang_up, "reset": reset}.get(manner, answer))
        print("listening", flush=True)
        while True:
            for key, _ in ready.select():
                threading.Thread(target=key.data, args=(key.fileobj.accept()[0],), daemon=True).start()


# The near ends.

def x11_set_up(cookie):
    name, data = b"MIT-MAGIC-COOKIE-1", bytes.fromhex(cookie)
    return b"l\0" + b"".join(n.to_bytes(2, "little") for n in (11, 0, len(name), len(data), 0)) + name + b"\0\0" + data


def connect(address):
    kind, _, rest = address.partition(":")
    if kind == "run":
        peer, theirs = socket.socketpair()
        subprocess.Popen(shlex.split(rest), stdin=theirs, stdout=theirs)
        theirs.close()
    elif address.startswith("/"):
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(address)
    else:
        peer = socket.create_connection(("127.0.0.1", int(rest.split(":")[0] if rest else address)))
    peer.settimeout(LIMIT)
    if kind == "socks":
        target = int(rest.split(":")[1]).to_bytes(2, "big")
        peer.sendall(bytes([5, 1, 0]) + bytes([5, 1, 0, 3, 9]) + b"127.0.0.1" + target)
        exactly(peer, 2)
        if (code := exactly(peer, 10)[1]) != 0:
            raise AssertionError(f"SOCKS error {code}")
    elif kind == "x11":
        peer.sendall(x11_set_up(rest.split(":")[1]))
    return peer


def ask(address, *words):
    peer = connect(address)
    peer.sendall((" ".join(map(str, words)) + "\n").encode())
    return peer


def both_ways(word, address, seed, up, down):
    peer = ask(address, word, seed, up, down)

    def push():
        send(peer, seed, up)
        if word == "exchange":
            peer.shutdown(socket.SHUT_WR)
    both(push, lambda: expect(peer, seed + 1, down))
    verdict = line(peer)
    if verdict != ["ok"]:
        raise AssertionError("the far end: " + " ".join(verdict))
    expect_end(peer)


def exchange(address, seed, up, down=None):
    both_ways("exchange", address, int(seed), int(up), int(down or up))


def swap(address, seed, up, down=None):
    both_ways("swap", address, int(seed), int(up), int(down or up))


def after(address, seed, size):
    peer = ask(address, "after", seed, size)
    expect_end(peer)
    send(peer, int(seed), int(size))


def tail(address, seed, size):
    peer = ask(address, "tail", seed, size)
    expect(peer, int(seed), int(size))
    expect_end(peer)


def wait_for(path):
    deadline = time.monotonic() + LIMIT
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {path}")
        time.sleep(0.02)


def stopped(address, seed, size, path):
    peer = ask(address, "tail", seed, size)
    print("stopped", flush=True)
    wait_for(path)
    expect(peer, int(seed), int(size))
    expect_end(peer)


def alive(peer):
    peer.sendall(b"x")
    if exactly(peer, 1) != b"x":
        raise AssertionError("no echo")


def hold(address, path):
    peer = ask(address, "echo")
    alive(peer)
    print("held", flush=True)
    wait_for(path)
    alive(peer)


def flood(address, path):
    peer = ask(address, "flood")
    exactly(peer, 1)
    print("flooded", flush=True)
    wait_for(path)
    exactly(peer, PIECE)


def many(address, count, seed, size):
    peers = [ask(address, "exchange", int(seed) + i, size, size) for i in range(int(count))]
    firsts = [exactly(peer, 1) for peer in peers]  # it comes through each: all are open
    failures = []

    def run(i):
        try:
            pattern = Pattern(int(seed) + i + 1)
            if firsts[i] != pattern.next(1):
                raise AssertionError("the first byte")

            def push():
                send(peers[i], int(seed) + i, int(size))
                peers[i].shutdown(socket.SHUT_WR)

            def pull():
                rest = b""
                while piece := peers[i].recv(PIECE):
                    rest += piece
                if rest != pattern.next(int(size) - 1) + b"ok\n":
                    raise AssertionError(f"{len(rest)} bytes, the last are {rest[-20:]}")
            both(push, pull)
        except (OSError, AssertionError) as failure:
            failures.append(f"connection {i}: {failure}")
    threads = [threading.Thread(target=run, args=(i,), daemon=True) for i in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise AssertionError("; ".join(failures[:5]))


def ended(address):
    try:
        expect_end(connect(address))
    except ConnectionResetError:
        pass


NEAR = {"serve": serve, "exchange": exchange, "swap": swap, "after": after, "tail": tail, "stopped": stopped, "hold": hold, "flood": flood, "many": many,
        "ended": ended}

if __name__ == "__main__":
    words = sys.argv[1:]
    while words:
        command = words[:words.index("+")] if "+" in words else words
        words = words[len(command) + 1:]
        try:
            NEAR[command[0]](*command[1:])
        except (OSError, AssertionError) as wrong:
            sys.exit(f"{' '.join(command)}: {wrong}")
    print("ok")
