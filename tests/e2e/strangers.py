"""Strangers who do not log in, of twelve kinds in turn: strangers.py PORT COUNT AT_ONCE PENDING HOLD SOURCE... makes COUNT connections, AT_ONCE
at a time, from the sources in turn, and lets go of each when the proxy closes it or after HOLD seconds. Of them at most PENDING have not heard from
the proxy yet: systemd accepts all who come before it starts what it has accepted, so that whoever comes faster is refused. A SOURCE is an address, or FIRST+N: so many from
FIRST on, an IPv6 one each from a network (/64) of its own. Says at its end how many had which kind, and how many of them were closed."""
import collections
import contextlib
import hashlib
import ipaddress
import itertools
import os
import socket
import struct
import sys
import threading
import time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sources import connect

VERSION = b'SSH-2.0-stranger'
KEXINIT, NEWKEYS, ECDH_INIT, SERVICE_REQUEST, REQUEST, UNKNOWN = 20, 21, 30, 5, 50, 200
CLOSED = (ConnectionError, EOFError)


def string(data):
    return struct.pack('>I', len(data)) + data


def mpint(data):
    data = data.lstrip(b'\0')
    return string((b'\0' if data and data[0] & 0x80 else b'') + data)


def offer():
    lists = [b'curve25519-sha256', b'ssh-ed25519'] + 2 * [b'aes128-gcm@openssh.com'] + 2 * [b'hmac-sha2-256'] + 2 * [b'none'] + 2 * [b'']
    return bytes([KEXINIT]) + os.urandom(16) + b''.join(map(string, lists)) + b'\0' + 4 * b'\0'


class Client:
    """SSH as far as a stranger needs it (RFC 4253, RFC 5647, RFC 8731). He does not care who the server is."""

    def __init__(self, connection):
        self.connection, self.input, self.seal = connection, connection.makefile('rb'), None

    def read(self, size):
        data = self.input.read(size)
        if len(data or b'') < size:
            raise EOFError
        return data

    def plain(self):
        length, padding = struct.unpack('>IB', self.read(5))
        if length > 35000:  # words, and no packet
            raise EOFError
        return self.read(length - 1)[:length - 1 - padding]

    def packet(self, payload):
        aligned = len(payload) + (1 if self.seal else 5)
        padding = 16 - aligned % 16 + (16 if 16 - aligned % 16 < 4 else 0)
        length = struct.pack('>I', 1 + len(payload) + padding)
        body = bytes([padding]) + payload + bytes(padding)
        if not self.seal:
            return length + body
        self.counter += 1
        return length + self.seal.encrypt(self.fixed + struct.pack('>Q', self.counter - 1 & 2**64 - 1), body, length)

    def send(self, *payloads):
        self.connection.sendall(b''.join(map(self.packet, payloads)))

    def exchange_keys(self):
        mine, key = offer(), X25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.connection.sendall(VERSION + b'\r\n' + self.packet(mine) + self.packet(bytes([ECDH_INIT]) + string(public)))
        version = self.input.readline().rstrip(b'\r\n')
        theirs, reply = self.plain(), self.plain()
        if not version.startswith(b'SSH-2') or theirs[0] != KEXINIT or reply[0] != ECDH_INIT + 1:
            raise EOFError
        fields, at = [], 1
        for _ in range(2):
            size, = struct.unpack_from('>I', reply, at)
            fields.append(reply[at + 4:at + 4 + size])
            at += 4 + size
        secret = mpint(key.exchange(X25519PublicKey.from_public_bytes(fields[1])))
        told = b''.join(map(string, (VERSION, version, mine, theirs, fields[0], public, fields[1])))
        digest = hashlib.sha256(told + secret).digest()
        iv, cipher = (hashlib.sha256(secret + digest + letter + digest).digest() for letter in (b'A', b'C'))
        self.send(bytes([NEWKEYS]))
        self.seal, self.fixed, self.counter = AESGCM(cipher[:16]), iv[:4], int.from_bytes(iv[4:12], 'big')

    def wants_login(self, method, times):
        request = bytes([REQUEST]) + string(b'stranger') + string(b'ssh-connection') + string(method)
        if method == b'password':
            request += b'\0' + string(b'wrong')
        self.exchange_keys()
        self.send(bytes([SERVICE_REQUEST]) + string(b'ssh-userauth'), *times * [request])


def silent(_):
    pass


def version_only(c):
    c.sendall(VERSION + b'\r\n')


def half_a_version(c):
    c.sendall(VERSION[:7])


def junk(c):
    c.sendall(os.urandom(1000))


def half_an_offer(c):
    c.sendall(VERSION + b'\r\n' + Client(c).packet(offer())[:100])


def keys_only(c):
    Client(c).exchange_keys()


def unknown_packets(c):
    client = Client(c)
    client.exchange_keys()
    for _ in range(20):
        client.send(*50 * [bytes([UNKNOWN]) + bytes(100)])


def wrong_passwords(c):
    Client(c).wants_login(b'password', 1)


def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    raise EOFError


def byte_by_byte(c):
    for byte in VERSION + b'\r\n':
        c.sendall(bytes([byte]))
        time.sleep(0.1)


def huge_line(c):
    c.sendall(b'A' * 100000)


def many_nones(c):
    Client(c).wants_login(b'none', 30)


KINDS = (silent, version_only, half_a_version, junk, half_an_offer, keys_only, unknown_packets, wrong_passwords, reset, byte_by_byte, huge_line, many_nones)


def sources(words):
    for word in words:
        first, _, count = word.partition('+')
        address = ipaddress.ip_address(first)
        step = 1 if address.version == 4 else 1 << 64
        for number in range(int(count or 1)):
            yield str(address + number * step)


def meet(port, kind, source, hold, pending):
    """True when the proxy has closed it."""
    with contextlib.ExitStack() as closes:
        with pending:
            connection = closes.enter_context(connect(port, source))
            if kind is not reset and not connection.recv(1, socket.MSG_PEEK):
                return True
        until = time.monotonic() + hold
        connection.settimeout(hold)
        try:
            kind(connection)
            while (left := until - time.monotonic()) > 0:
                connection.settimeout(left)
                if not connection.recv(4096):
                    return True
        except CLOSED:
            return True
        except TimeoutError:
            pass
    return False


def main():
    port, count, at_once, pending, hold = map(int, sys.argv[1:6])
    pending = threading.BoundedSemaphore(pending)
    turns = zip(range(count), itertools.cycle(KINDS), itertools.cycle(list(sources(sys.argv[6:]))))
    lock, met, closed, failed = threading.Lock(), collections.Counter(), collections.Counter(), collections.Counter()

    def work():
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None:
                return
            _, kind, source = turn
            try:
                was_closed = meet(port, kind, source, hold, pending)
            except OSError as error:
                with lock:
                    failed[str(error)] += 1
                continue
            with lock:
                met[kind.__name__] += 1
                closed[kind.__name__] += was_closed

    threading.stack_size(1 << 18)
    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for kind in KINDS:
        print(f'{kind.__name__}: {met[kind.__name__]}, closed {closed[kind.__name__]}')
    for error, times in failed.items():
        print(f'failed: {error}: {times}')
    print(f'all: {sum(met.values())}')


main()
