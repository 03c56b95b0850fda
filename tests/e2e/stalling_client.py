#!/usr/bin/python3
"""A client that stops in the middle of a login and waits to be thrown out.
usage: stalling_client.py PORT PHASE KEY [PASSWORD]    exits 0 when the connection has ended"""
import os
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
from raw_login import Client, paramiko

port, phase, key_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def name_list(names):
    return struct.pack('>I', len(names)) + names


def kexinit():
    lists = [b'curve25519-sha256', b'ssh-ed25519', b'aes128-ctr', b'aes128-ctr', b'hmac-sha2-256', b'hmac-sha2-256', b'none', b'none', b'', b'']
    payload = bytes([20]) + os.urandom(16) + b''.join(map(name_list, lists)) + bytes(5)
    padding = 8 - (5 + len(payload)) % 8 + 8
    return struct.pack('>IB', 1 + len(payload) + padding, padding) + payload + bytes(padding)


def until_closed(peer):
    try:
        while peer.recv(4096):
            pass
    except OSError:
        pass


EARLY = {
    'before-version': b'',
    'in-version': b'SSH-2.0-st',
    'after-version': b'SSH-2.0-stalls\r\n',
    'in-kexinit': b'SSH-2.0-stalls\r\n' + kexinit()[:100],
    'after-kexinit': b'SSH-2.0-stalls\r\n' + kexinit(),
}
if phase in EARLY:
    with socket.create_connection(('127.0.0.1', port)) as peer:
        peer.sendall(EARLY[phase])
        until_closed(peer)
    sys.exit(0)

client = Client(port, asks_for_login=phase != 'after-kex')
key = paramiko.Ed25519Key(filename=key_file)
if phase == 'after-none':
    client.request('none')
elif phase == 'after-probe':
    client.probe(key)
elif phase == 'after-bad-signature':
    client.sign(key, session=bytes(32))
elif phase == 'after-question':
    client.interactive()
elif phase == 'between-rounds':
    client.interactive()
    client.hear()
    client.answers(sys.argv[4])
elif phase == 'after-password':
    client.password(sys.argv[4])
elif phase == 'after-signature':
    client.sign(key)
elif phase == 'after-refusal':
    client.password('wrong')
elif phase == 'busy':
    while client.transport.is_active():
        client.ignore('still here')
        time.sleep(0.05)
client.transport.join(600)
sys.exit(1 if client.transport.is_alive() else 0)
