#!/usr/bin/python3
"""Shows public keys and certificates to a server, and prints of each whether it would do: the server looks at all of it before it asks for a signature.

usage: certificates.py PORT SOURCE FILE.pub...       from the address SOURCE; a line `yes NAME` or `no NAME` for each
       certificates.py PORT SOURCE --changed FILE    copies of one certificate, each with another byte changed, or cut, or with something behind it
"""
import base64
import sys

from raw_login import *

KEYS_A_CONNECTION = 4
port, source = int(sys.argv[1]), sys.argv[2]


def read(file):
    words = open(file).read().split()
    return words[0].encode(), base64.b64decode(words[1])


def algorithm(name):
    return name.replace(b'ssh-rsa', b'rsa-sha2-512')


def changed(name, blob):
    """Every field has some of its bytes changed: its length's last one, its first, its last."""
    at, fields = 0, []
    while at + 4 <= len(blob):
        size = int.from_bytes(blob[at:at + 4], 'big')
        if at + 4 + size > len(blob):  # a number stands here: serial and type, or the times
            size = 8
            at -= 4
        fields += [at + 3, at + 4, at + 3 + size]
        at += 4 + size
    for place in sorted({place for place in fields if place < len(blob)}):
        yield f'byte {place}', name, blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1:]
    for n in range(0, len(blob), 23):
        yield f'cut at {n}', name, blob[:n]
    yield 'longer', name, blob + b'\0'
    yield 'twice', name, blob + blob
    yield 'unchanged', name, blob


if sys.argv[3] == '--changed':
    shown = list(changed(*read(sys.argv[4])))
else:
    shown = [(file.rsplit('/', 1)[-1], *read(file)) for file in sys.argv[3:]]

client = None
for number, (what, name, blob) in enumerate(shown):
    if number % KEYS_A_CONNECTION == 0 or client is None:
        if client:
            client.transport.close()
        client = Client(port, source=source)
    client.request('publickey', False, algorithm(name), blob)
    heard = client.hear()
    if heard is ENDED:
        client = None
    print('yes' if heard == PK_OK else 'no', what)
